package io.groundstream.operators.index;

import org.jspecify.annotations.Nullable;

/**
 * The index accepted nothing for the whole retry time. No document is lost: the job sends them
 * again when it restarts from its checkpoint.
 */
public final class IndexUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  IndexUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
