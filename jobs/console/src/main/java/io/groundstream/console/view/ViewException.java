package io.groundstream.console.view;

/** The page cannot be served; the message is for the user and says what would help. */
public final class ViewException extends Exception {
  private static final long serialVersionUID = 1L;

  ViewException(String message) {
    super(message);
  }

  ViewException(String message, Throwable cause) {
    super(message, cause);
  }
}
