package io.groundstream.schemas;

/**
 * Reads records of one writer's schema. Thread-safe.
 *
 * @param <T> the generated class of the records
 */
@FunctionalInterface
interface BodyReader<T> {
  /**
   * Returns the record in the bytes from an offset to their end.
   *
   * @throws RecordException if they are not a record of the schema
   */
  T read(byte[] bytes, int start) throws RecordException;
}
