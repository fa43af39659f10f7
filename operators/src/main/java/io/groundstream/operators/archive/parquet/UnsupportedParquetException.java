package io.groundstream.operators.archive.parquet;

/**
 * Reports that a file is sound but written in a way that is not supported; the message says which
 * way and what to do.
 */
final class UnsupportedParquetException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnsupportedParquetException(String message) {
    super(message);
  }
}
