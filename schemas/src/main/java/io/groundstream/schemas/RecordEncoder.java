package io.groundstream.schemas;

import java.util.Map;
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

  /** Returns the headers of the record by name, in their order; none unless a format has some. */
  default Map<String, byte[]> headers(T record) {
    return Map.of();
  }
}
