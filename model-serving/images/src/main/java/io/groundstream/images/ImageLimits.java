package io.groundstream.images;

import java.time.Duration;

/**
 * The limits of decoding an image. Bytes and pixels are checked before any pixel is decoded, the
 * latter by the size that the image's header states; time is checked during the whole decode.
 *
 * @param maxBytes the most bytes of an encoded image, at least 1
 * @param maxPixels the most pixels (width times height) of an image, from 1 to 536,870,895
 * @param maxTime the most CPU time for decoding, at most a day; waiting for a busy processor does
 *     not count
 */
public record ImageLimits(long maxBytes, long maxPixels, Duration maxTime) {
  /** Bounded by the length of Java arrays, which hold up to four bytes per pixel. */
  private static final long MAX_PIXELS = (Integer.MAX_VALUE - 64) / 4;

  private static final Duration LONGEST = Duration.ofDays(1);

  private static final ImageLimits DEFAULTS =
      new ImageLimits(64L << 20, 50_000_000L, Duration.ofSeconds(30));

  public ImageLimits {
    if (maxBytes <= 0) {
      throw new IllegalArgumentException("maxBytes: " + maxBytes + " (expected: > 0)");
    }
    if (maxPixels <= 0 || maxPixels > MAX_PIXELS) {
      throw new IllegalArgumentException(
          "maxPixels: " + maxPixels + " (expected: 1 to " + MAX_PIXELS + ")");
    }
    if (maxTime.isNegative() || maxTime.isZero() || maxTime.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("maxTime: " + maxTime + " (expected: > 0, at most a day)");
    }
  }

  /** Returns the defaults: 64 MiB, 50 million pixels and 30 seconds. */
  public static ImageLimits defaults() {
    return DEFAULTS;
  }

  /** Returns the same limits with another pixel limit. */
  public ImageLimits withMaxPixels(long value) {
    return new ImageLimits(maxBytes, value, maxTime);
  }

  /** Checks the length of an encoded image in bytes. */
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

  /** Checks the size that an image's header states; each side may be any unsigned 32-bit number. */
  void checkSize(long width, long height) throws ImageException {
    if (width <= 0 || height <= 0) {
      throw Failures.corrupt("size: " + width + " x " + height + " (expected: > 0)");
    }
    // Compares by division, since the product of two 32-bit numbers may overflow.
    if (width > maxPixels / height) {
      throw new ImageException(
          ImageErrorCode.IMAGE_TOO_MANY_PIXELS,
          "size: "
              + width
              + " x "
              + height
              + " (expected: at most "
              + maxPixels
              + " pixels; raise the limit or send a smaller image)");
    }
  }
}
