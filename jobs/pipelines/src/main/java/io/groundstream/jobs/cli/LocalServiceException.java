package io.groundstream.jobs.cli;

import org.jspecify.annotations.Nullable;

/** A local service did not start. The message says what to do, and is meant for the user. */
public final class LocalServiceException extends CommandException {
  private static final long serialVersionUID = 1L;

  public LocalServiceException(String message) {
    this(message, null);
  }

  public LocalServiceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
