package io.groundstream.operators.archive.compress;

import java.io.Serializable;

/**
 * What a compressed file may cost, so that a small one does not become an endless one.
 *
 * @param maxRatio how many times its own size it may become, beyond the first {@link #FREE_BYTES}
 * @param maxBytes how many bytes it may become at most
 * @param maxMemoryBytes how far back the compression may refer: a window or dictionary
 */
public record DecompressionLimits(int maxRatio, long maxBytes, long maxMemoryBytes)
    implements Serializable {
  /** So much is soon read, whatever the ratio: small files of few values compress very well. */
  public static final long FREE_BYTES = 64L << 20;

  /**
   * Pictures hardly compress, and manifests of one host's links by some tens; 128 MB is the window
   * of {@code zstd --long}, and holds the dictionary of {@code xz -9}.
   */
  public static final DecompressionLimits DEFAULT =
      new DecompressionLimits(500, 1L << 40, 128L << 20);
}
