package io.groundstream.kosmos2.engine;

import org.jspecify.annotations.Nullable;

/**
 * Signals that the engine has died because its device reports an error for every call, such as an
 * illegal address, a failed kernel assertion, or a missing device. CUDA keeps such an error for the
 * life of the process, in which any other engine would fail, too. Only a new process can continue.
 */
public final class DeviceLostException extends EngineStoppedException {
  private static final long serialVersionUID = 1L;

  public DeviceLostException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
