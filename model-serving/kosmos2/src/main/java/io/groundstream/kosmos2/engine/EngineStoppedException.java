package io.groundstream.kosmos2.engine;

import org.jspecify.annotations.Nullable;

/**
 * The engine takes no requests any more: it was closed, or its thread died. This is the fault of no
 * request, so it must not be turned into one's error: whoever depends on the engine has to fail and
 * start again.
 */
public class EngineStoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EngineStoppedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
