package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/** Thrown when a requested decoder cannot run on this machine; the message says what is missing. */
public final class DecoderUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  public DecoderUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
