package io.groundstream.jobs.backfill;

import org.jspecify.annotations.Nullable;

/**
 * Reports that a backfill cannot continue; the message is shown to the user without a stack trace.
 */
public final class BackfillException extends Exception {
  private static final long serialVersionUID = 1L;

  public BackfillException(String message) {
    this(message, null);
  }

  public BackfillException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
