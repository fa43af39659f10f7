package io.groundstream.operators.search;

import org.jspecify.annotations.Nullable;

/** The index could not be asked; the message says why, and what to do. */
public final class SearchException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  SearchException(String message, @Nullable Throwable cause) {
    this(message, cause, 0);
  }

  /**
   * @param status the status that the index answered with, or 0 if it did not
   */
  SearchException(String message, @Nullable Throwable cause, int status) {
    super(message, cause);
    this.status = status;
  }

  int status() {
    return status;
  }
}
