package io.groundstream.images;

/**
 * Converts luminance and chrominance (ITU-T T.871) to red, green and blue in the fixed-point
 * arithmetic of libjpeg. For one thread at a time.
 */
final class JpegChroma {
  private static final int SHIFT = 16;
  private static final int HALF = 1 << (SHIFT - 1);
  private static final int CR_TO_RED = 91881;
  private static final int CB_TO_BLUE = 116130;
  private static final int CR_TO_GREEN = 46802;
  private static final int CB_TO_GREEN = 22554;
  private static final int MIDDLE = 128;
  private static final int GREEN_START = HALF + MIDDLE * (CB_TO_GREEN + CR_TO_GREEN);

  private final int[][] rgb;

  JpegChroma(int columns, int components) {
    this.rgb = new int[components][columns];
  }

  /**
   * Converts the first three components and copies others; the result is valid to the next call.
   */
  int[][] toRgb(int[][] row) {
    red(row[0], row[2], rgb[0]);
    green(row[0], row[1], row[2], rgb[1]);
    blue(row[0], row[1], rgb[2]);
    System.arraycopy(row, 3, rgb, 3, rgb.length - 3);
    return rgb;
  }

  // Each loop is this small because the JVM does not vectorise larger ones.

  private static void red(int[] luminance, int[] cr, int[] target) {
    for (int column = 0; column < target.length; column++) {
      target[column] =
          clamp(luminance[column] + ((CR_TO_RED * (cr[column] - MIDDLE) + HALF) >> SHIFT));
    }
  }

  private static void green(int[] luminance, int[] cb, int[] cr, int[] target) {
    for (int column = 0; column < target.length; column++) {
      int chroma = GREEN_START - CB_TO_GREEN * cb[column] - CR_TO_GREEN * cr[column];
      target[column] = clamp(luminance[column] + (chroma >> SHIFT));
    }
  }

  private static void blue(int[] luminance, int[] cb, int[] target) {
    for (int column = 0; column < target.length; column++) {
      target[column] =
          clamp(luminance[column] + ((CB_TO_BLUE * (cb[column] - MIDDLE) + HALF) >> SHIFT));
    }
  }

  /** Clamps to 0 to 255 without a branch, so that loops can be vectorised. */
  private static int clamp(int level) {
    int positive = level & ~(level >> 31);
    return (positive | ((255 - positive) >> 31)) & 255;
  }
}
