package io.groundstream.operators.format;

import io.groundstream.schemas.SchemaText;
import java.util.function.Function;

/** What a format gets from the job when its decoder is opened. */
public interface EventDecoderContext {
  /**
   * Returns a decoder of image events in Avro with the Confluent wire format. It waits for a
   * registry that does not answer.
   */
  EventDecoder avro();

  /**
   * Returns what looks up the schemas that records in the Confluent wire format name. It waits for
   * a registry that does not answer, and remembers what was made of each schema.
   *
   * @param made makes something of a schema, such as a reader; used by several threads
   * @throws IllegalStateException if the job has no registry
   */
  default <R> RecordSchemas<R> schemas(Function<SchemaText, R> made) {
    throw new IllegalStateException("no schema registry (expected: a job with one)");
  }
}
