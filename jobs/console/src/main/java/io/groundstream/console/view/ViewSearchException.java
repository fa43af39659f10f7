package io.groundstream.console.view;

/** A search has no answer; the message is for the user, and may have several lines. */
public final class ViewSearchException extends Exception {
  private static final long serialVersionUID = 1L;

  public ViewSearchException(String message, Throwable cause) {
    super(message, cause);
  }
}
