package io.groundstream.operators.archive.tar;

/** Reports that a tar file is damaged, so that no entry after the damage can be found. */
public final class TarDamageException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean truncated;

  TarDamageException(boolean truncated, String message) {
    super(message);
    this.truncated = truncated;
  }

  /** Returns whether the file ends early, as opposed to containing invalid bytes. */
  public boolean truncated() {
    return truncated;
  }
}
