package io.groundstream.images;

import java.time.Duration;

/**
 * What a picture may cost. Bytes and pixels are checked before any pixel is decoded, the latter
 * from what the picture's header says of itself; time is checked all the while.
 *
 * @param maxBytes the most bytes that an encoded picture may have
 * @param maxPixels the most pixels (width times height) that a picture may have
 * @param maxTime how much of a processor's time decoding may take; a busy machine costs nothing of
 *     it
 */
public record ImageLimits(long maxBytes, long maxPixels, Duration maxTime) {
  /** An array of three bytes a pixel cannot be longer than an array may be. */
  private static final long MOST_PIXELS = (Integer.MAX_VALUE - 64) / 4;

  private static final Duration LONGEST = Duration.ofDays(1);

  private static final ImageLimits DEFAULTS =
      new ImageLimits(64L << 20, 50_000_000L, Duration.ofSeconds(30));

  public ImageLimits {
    if (maxBytes <= 0) {
      throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: > 0)");
    }
    if (maxPixels <= 0 || maxPixels > MOST_PIXELS) {
      throw new IllegalArgumentException(
          "maxPixels: " + maxPixels + " (expected: 1 to " + MOST_PIXELS + ")");
    }
    if (maxTime.isNegative() || maxTime.isZero() || maxTime.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("maxTime: " + maxTime + " (expected: > 0, at most a day)");
    }
  }

  /** Returns 64 MiB, 50 million pixels and 30 seconds. */
  public static ImageLimits defaults() {
    return DEFAULTS;
  }

  /** Returns the same limits with another one of pixels. */
  public ImageLimits withMaxPixels(long value) {
    return new ImageLimits(maxBytes, value, maxTime);
  }

  /** Checks the length of an encoded picture. */
  void checkBytes(long length) throws ImageException {
    if (length == 0) {
      throw new ImageException(ImageErrorCode.IMAGE_EMPTY, "image: 0 bytes (expected: > 0)");
    }
    if (length > maxBytes) {
      throw new ImageException(
          ImageErrorCode.IMAGE_TOO_LARGE,
          "image: " + length + " bytes (expected: <= " + maxBytes + ")");
    }
  }

  /** Checks the size that a picture's header states; both may be any unsigned 32-bit number. */
  void checkSize(long width, long height) throws ImageException {
    if (width <= 0 || height <= 0) {
      throw Failures.corrupt("size: " + width + " x " + height + " (expected: > 0)");
    }
    // Neither factor exceeds 2^32, so compare by division: the product may overflow.
    if (width > maxPixels / height) {
      throw new ImageException(
          ImageErrorCode.IMAGE_TOO_MANY_PIXELS,
          "size: "
              + width
              + " x "
              + height
              + " (expected: at most "
              + maxPixels
              + " pixels; raise the limit or send a smaller picture)");
    }
  }
}
