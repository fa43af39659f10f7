package io.groundstream.operators.index;

import org.jspecify.annotations.Nullable;

/** The index cannot be used as it is, and somebody has to change that; the message says what. */
public final class IndexSetupException extends Exception {
  private static final long serialVersionUID = 1L;

  IndexSetupException(String message) {
    this(message, null);
  }

  IndexSetupException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
