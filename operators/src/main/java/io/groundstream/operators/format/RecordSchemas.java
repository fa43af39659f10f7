package io.groundstream.operators.format;

import io.groundstream.operators.event.EventRecord;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;

/**
 * Looks up the schemas that records name, in front of their value or in a header. Thread-safe.
 *
 * @param <R> what is made of a schema
 */
@FunctionalInterface
public interface RecordSchemas<R> {
  /**
   * What was made of a record's schema.
   *
   * @param id the schema's identifier, for messages
   * @param start the offset of the record after the identifier, in bytes
   */
  record Named<R>(R made, String id, int start) {}

  /**
   * Returns what was made of the schema that a record names.
   *
   * @throws RecordException if the record names no schema, or one that the registry does not know
   * @throws RegistryUnavailableException if the registry gave no answer for too long
   */
  Named<R> of(EventRecord record)
      throws RecordException, RegistryUnavailableException, InterruptedException;
}
