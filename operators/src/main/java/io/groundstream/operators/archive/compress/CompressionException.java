package io.groundstream.operators.archive.compress;

import java.io.IOException;

/**
 * Reports that compressed bytes are damaged, truncated or beyond a limit; never a file system
 * fault.
 */
public final class CompressionException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean truncated;

  CompressionException(boolean truncated, String message) {
    super(message);
    this.truncated = truncated;
  }

  /** Returns whether the bytes end early, as opposed to being damaged or beyond a limit. */
  public boolean truncated() {
    return truncated;
  }
}
