package io.groundstream.console.deadletters;

import org.jspecify.annotations.Nullable;

/** The topic cannot be read; the message is for the user. */
public final class DeadLetterException extends Exception {
  private static final long serialVersionUID = 1L;

  DeadLetterException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
