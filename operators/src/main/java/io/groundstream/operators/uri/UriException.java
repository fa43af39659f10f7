package io.groundstream.operators.uri;

/**
 * A text is not a URI. The message says why, and repeats nothing of the text but its characters.
 */
public final class UriException extends Exception {
  private static final long serialVersionUID = 1L;

  public UriException(String message) {
    super(message);
  }

  /** Returns why, for a message. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
