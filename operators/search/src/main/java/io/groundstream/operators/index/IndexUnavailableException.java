package io.groundstream.operators.index;

import org.jspecify.annotations.Nullable;

/**
 * The index took nothing for as long as it was tried. No document is lost: they are sent again when
 * the job restarts from its checkpoint.
 */
public final class IndexUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  IndexUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
