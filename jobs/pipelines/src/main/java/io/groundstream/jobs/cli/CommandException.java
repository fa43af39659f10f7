package io.groundstream.jobs.cli;

import org.jspecify.annotations.Nullable;

/** Reports that a command failed; the message is shown to the user without a stack trace. */
public class CommandException extends Exception {
  private static final long serialVersionUID = 1L;

  public CommandException(String message) {
    this(message, null);
  }

  public CommandException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
