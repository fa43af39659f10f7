package io.groundstream.jobs.embedded;

import org.jspecify.annotations.Nullable;

/** A local service did not start. The message says what to do, and is meant for the user. */
public final class LocalServiceException extends Exception {
  private static final long serialVersionUID = 1L;

  LocalServiceException(String message) {
    this(message, null);
  }

  LocalServiceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
