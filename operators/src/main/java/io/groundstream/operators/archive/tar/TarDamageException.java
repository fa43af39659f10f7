package io.groundstream.operators.archive.tar;

/** A tar file is damaged, and nothing after the damage can be found. */
public final class TarDamageException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean truncated;

  TarDamageException(boolean truncated, String message) {
    super(message);
    this.truncated = truncated;
  }

  /** Returns whether the file ends early; else it says what cannot be. */
  public boolean truncated() {
    return truncated;
  }
}
