package io.groundstream.operators.index;

import org.jspecify.annotations.Nullable;

/** The index cannot be used until its configuration is changed; the message says how. */
public final class IndexSetupException extends Exception {
  private static final long serialVersionUID = 1L;

  IndexSetupException(String message) {
    this(message, null);
  }

  IndexSetupException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
