package io.groundstream.operators.archive.compress;

import java.io.Serializable;

/**
 * Limits on decompression, against decompression bombs.
 *
 * @param maxRatio the maximum ratio of decompressed to compressed size, beyond the first {@link
 *     #FREE_BYTES}
 * @param maxBytes the maximum decompressed size, in bytes
 * @param maxMemoryBytes the maximum window or dictionary, in bytes
 */
public record DecompressionLimits(int maxRatio, long maxBytes, long maxMemoryBytes)
    implements Serializable {
  /**
   * Exempt from the ratio because it is read quickly: small files with few distinct values compress
   * very well.
   */
  public static final long FREE_BYTES = 64L << 20;

  /**
   * The defaults. Images hardly compress, and manifests of one host's links by a factor of some
   * tens; 128 MB is the window of {@code zstd --long}, and holds the dictionary of {@code xz -9}.
   */
  public static final DecompressionLimits DEFAULT =
      new DecompressionLimits(500, 1L << 40, 128L << 20);
}
