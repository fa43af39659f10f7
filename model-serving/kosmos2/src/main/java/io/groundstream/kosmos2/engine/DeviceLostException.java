package io.groundstream.kosmos2.engine;

import org.jspecify.annotations.Nullable;

/**
 * The engine has died because its device reports an error for every call, such as an illegal
 * address, a failed assertion of a kernel, or a device that is gone. CUDA keeps such an error for
 * the life of the process: another engine in it would fail, too. Only a new process can go on.
 */
public final class DeviceLostException extends EngineStoppedException {
  private static final long serialVersionUID = 1L;

  public DeviceLostException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
