package io.groundstream.operators.archive.compress;

import java.io.IOException;

/** Compressed bytes are damaged, end early, or go beyond a limit; never a file system's fault. */
public final class CompressionException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean truncated;

  CompressionException(boolean truncated, String message) {
    super(message);
    this.truncated = truncated;
  }

  /** Returns whether the bytes end early; else they are not what they should be. */
  public boolean truncated() {
    return truncated;
  }
}
