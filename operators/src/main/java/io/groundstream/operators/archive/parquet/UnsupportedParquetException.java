package io.groundstream.operators.archive.parquet;

/**
 * A file is sound, but written in a way that is not read; the message says which and what to do.
 */
final class UnsupportedParquetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedParquetException(String message) {
    super(message);
  }
}
