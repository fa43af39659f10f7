package io.groundstream.evaluation.metric;

import org.jspecify.annotations.Nullable;

/** Reports that METEOR's program cannot be run, or does not answer as it should. */
public final class MeteorException extends Exception {
  private static final long serialVersionUID = 1L;

  MeteorException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
