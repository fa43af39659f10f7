package io.groundstream.kosmos2.engine;

import org.jspecify.annotations.Nullable;

/**
 * Signals that the engine no longer accepts requests, because it was closed or its thread died.
 * This is not the fault of any request and must not be reported as a request's error: users of the
 * engine have to fail and restart.
 */
public class EngineStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EngineStoppedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
