package io.groundstream.operators.archive.columns;

/** A file has not the columns that it should have. */
public final class ColumnException extends Exception {
  private static final long serialVersionUID = 1L;

  public ColumnException(String message) {
    super(message);
  }
}
