package io.groundstream.operators.uri;

/**
 * Reports that a text is not a valid URI. The message gives the reason without repeating the text.
 */
public final class UriException extends Exception {
  private static final long serialVersionUID = 1L;

  public UriException(String message) {
    super(message);
  }

  /** Returns the reason, for a message. */
  public String reason() {
    return String.valueOf(getMessage());
  }
}
