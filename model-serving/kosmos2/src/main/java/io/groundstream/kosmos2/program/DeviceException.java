package io.groundstream.kosmos2.program;

import org.jspecify.annotations.Nullable;

/**
 * Signals that the device, or another part of the machine, cannot be used; the message says what to
 * set.
 */
public final class DeviceException extends Exception {
  private static final long serialVersionUID = 1L;

  public DeviceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
