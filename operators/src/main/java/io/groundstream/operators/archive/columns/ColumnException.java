package io.groundstream.operators.archive.columns;

/** Reports that a file lacks required columns or has ambiguous ones. */
public final class ColumnException extends Exception {
  private static final long serialVersionUID = 1L;

  public ColumnException(String message) {
    super(message);
  }
}
