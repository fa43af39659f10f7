package io.groundstream.jobs.cli;

import org.jspecify.annotations.Nullable;

/** Reports that a local service did not start. The message tells the user what to do. */
public final class LocalServiceException extends CommandException {
  private static final long serialVersionUID = 1L;

  public LocalServiceException(String message) {
    this(message, null);
  }

  public LocalServiceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
