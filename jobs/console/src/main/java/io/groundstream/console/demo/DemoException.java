package io.groundstream.console.demo;

import io.groundstream.jobs.cli.CommandException;
import org.jspecify.annotations.Nullable;

/** The demo cannot go on; the message is for the user. */
public final class DemoException extends CommandException {
  private static final long serialVersionUID = 1L;

  DemoException(String message) {
    this(message, null);
  }

  DemoException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
