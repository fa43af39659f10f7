package io.groundstream.console.natives;

/** The natives cannot be had; the message is for the user and says what to do. */
public final class NativesException extends Exception {
  private static final long serialVersionUID = 1L;

  NativesException(String message) {
    super(message);
  }

  NativesException(String message, Throwable cause) {
    super(message, cause);
  }
}
