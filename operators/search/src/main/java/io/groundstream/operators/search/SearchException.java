package io.groundstream.operators.search;

import org.jspecify.annotations.Nullable;

/** A search has no answer; the message says why, and what to do. */
public final class SearchException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;

  SearchException(String message, @Nullable Throwable cause) {
    this(message, cause, 0);
  }

  /**
   * @param status the HTTP status of the answer, or 0 without an answer
   */
  SearchException(String message, @Nullable Throwable cause, int status) {
    super(message, cause);
    this.status = status;
  }

  int status() {
    return status;
  }
}
