package io.groundstream.schemas;

import org.apache.avro.specific.SpecificRecord;

/**
 * Turns records of one contract into bytes. Thread-safe.
 *
 * @param <T> the generated class of the records
 */
@FunctionalInterface
public interface RecordEncoder<T extends SpecificRecord> {
  /** Returns the record's bytes. */
  byte[] encode(T record);
}
