package io.groundstream.sql.model;

import io.groundstream.operators.deadletter.Failure;

/** Reports why a row made a query fail. */
public final class RowFailedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String code;

  RowFailedException(Failure failure) {
    super(
        failure.code()
            + ": "
            + failure.message()
            + " (the model's option 'on-error' = 'null' or 'row' lets the query go on)");
    this.code = failure.code();
  }

  /** Returns the stable code, as in {@code error_code} of dead letters. */
  public String code() {
    return code;
  }
}
