package io.groundstream.images;

/**
 * Converts luminance and chrominance to RGB by the matrices of ITU-T H.273, table 4, with the same
 * numbers as the reference. The reference's libavif leaves the common matrices to libyuv, which
 * uses 8 bits of each sample and factors in sixty-fourths, of at most two; it computes the others
 * from all bits.
 */
final class AvifColors {
  private static final int IDENTITY = 0;
  private static final int BT_709 = 1;
  private static final int UNSPECIFIED = 2;
  private static final int FCC = 4;
  private static final int SMPTE_240 = 7;
  private static final int YCGCO = 8;
  private static final int BT_2020 = 9;
  private static final int DERIVED = 12;

  /** The matrix derived from the primaries of Display P3; not a number of H.273. */
  private static final int DERIVED_FROM_P3 = -1;

  /** Fractional bits of the fixed-point factors below. */
  private static final int SHIFT = 14;

  /** The difference to libyuv, whose factors have six; it multiplies luminance by 257 first. */
  private static final int SHORT_SHIFT = SHIFT - 6;

  /**
   * Factors in sixty-fourths, as in the tables below: from the blue difference to blue, from it to
   * green, from the red difference to green, from it to red.
   */
  private static final int[] LIMITED_601 = {128, 25, 52, 102};

  private static final int[] FULL_601 = {113, 22, 46, 90};
  private static final int[] LIMITED_709 = {128, 14, 34, 115};
  private static final int[] FULL_709 = {119, 12, 30, 101};
  private static final int[] LIMITED_2020 = {128, 12, 42, 107};
  private static final int[] FULL_2020 = {120, 11, 37, 94};

  private final int lostBits;
  private final boolean identity;
  private final int chrominanceZero;
  private long luminanceFactor;
  private int luminanceShift;
  private long luminanceOffset;
  private long redOfRed;
  private long greenOfBlue;
  private long greenOfRed;
  private long blueOfBlue;
  private long redOfBlue;
  private long blueOfRed;

  /**
   * Returns the conversion for an image.
   *
   * @param depth bits per sample, 8 to 16
   * @param gray whether the image has luminance only
   * @param fullRange whether 0 is black and the largest value is white
   * @param matrix the matrix's number in H.273; unknown ones count as unspecified, which is BT.601
   * @param primaries the primaries' number in H.273
   */
  static AvifColors of(int depth, boolean gray, boolean fullRange, int matrix, int primaries) {
    int real = matrix == DERIVED ? matrixOf(primaries) : matrix;
    boolean exact =
        real == IDENTITY
            || real == YCGCO
            || real == FCC
            || real == SMPTE_240
            || real == DERIVED_FROM_P3
            || (gray && depth > 8);
    AvifColors colors = new AvifColors(exact ? depth : 8, exact ? 0 : depth - 8, real);
    if (exact) {
      colors.setExactly(depth, fullRange, real);
    } else if (real == BT_709) {
      colors.setShort(fullRange, fullRange ? FULL_709 : LIMITED_709);
    } else if (real == BT_2020) {
      colors.setShort(fullRange, fullRange ? FULL_2020 : LIMITED_2020);
    } else {
      colors.setShort(fullRange, fullRange ? FULL_601 : LIMITED_601);
    }
    return colors;
  }

  private AvifColors(int depth, int lostBits, int matrix) {
    this.lostBits = lostBits;
    this.identity = matrix == IDENTITY;
    this.chrominanceZero = 128 << (depth - 8);
  }

  private void setShort(boolean fullRange, int[] factors) {
    luminanceFactor = 257L * (fullRange ? 16320 : 18997);
    luminanceShift = 16;
    luminanceOffset = fullRange ? 32 : -1160;
    blueOfBlue = factors[0];
    greenOfBlue = -factors[1];
    greenOfRed = -factors[2];
    redOfRed = factors[3];
  }

  private void setExactly(int depth, boolean fullRange, int matrix) {
    int scale = 1 << (depth - 8);
    int most = (1 << depth) - 1;
    double luminance = (double) (255 << SHIFT) / (fullRange ? most : 219 * scale);
    double chrominance = (double) (255 << SHIFT) / (fullRange ? most : 224 * scale);
    luminanceFactor = Math.round(luminance);
    luminanceShift = 0;
    luminanceOffset = (1L << (SHIFT - 1)) - (fullRange ? 0 : 16L * scale * luminanceFactor);
    if (matrix == YCGCO) {
      long factor = Math.round(chrominance);
      greenOfBlue = factor;
      redOfBlue = -factor;
      redOfRed = factor;
      blueOfBlue = -factor;
      blueOfRed = -factor;
      return;
    }
    double[] weights = weights(matrix);
    double red = weights[0];
    double blue = weights[1];
    double green = 1 - red - blue;
    redOfRed = Math.round(2 * (1 - red) * chrominance);
    greenOfBlue = -Math.round(2 * blue * (1 - blue) / green * chrominance);
    greenOfRed = -Math.round(2 * red * (1 - red) / green * chrominance);
    blueOfBlue = Math.round(2 * (1 - blue) * chrominance);
  }

  /** Returns the number of low bits to drop from each sample before the conversion. */
  int lostBits() {
    return lostBits;
  }

  /** Returns the matrix that is derived from primaries. */
  private static int matrixOf(int primaries) {
    return switch (primaries) {
      case 1 -> BT_709;
      case 4 -> FCC;
      case 7 -> SMPTE_240;
      case 9 -> BT_2020;
      case 12 -> DERIVED_FROM_P3;
      default -> UNSPECIFIED;
    };
  }

  /** Returns the weights of red and blue in luminance. */
  private static double[] weights(int matrix) {
    return switch (matrix) {
      case FCC -> new double[] {0.30, 0.11};
      case SMPTE_240 -> new double[] {0.212, 0.087};
      case DERIVED_FROM_P3 -> new double[] {0.22897, 0.07929};
      default -> new double[] {0.299, 0.114};
    };
  }

  /** Converts a row of samples. */
  void convert(int[] luminance, int[] blue, int[] red, byte[] rgb, int width) {
    if (identity) {
      for (int x = 0; x < width; x++) {
        rgb[3 * x] = level(light(red[x]), SHIFT);
        rgb[3 * x + 1] = level(light(luminance[x]), SHIFT);
        rgb[3 * x + 2] = level(light(blue[x]), SHIFT);
      }
      return;
    }
    int shift = luminanceShift == 0 ? SHIFT : SHIFT - SHORT_SHIFT;
    for (int x = 0; x < width; x++) {
      long light = light(luminance[x]);
      int u = blue[x] - chrominanceZero;
      int v = red[x] - chrominanceZero;
      rgb[3 * x] = level(light + redOfRed * v + redOfBlue * u, shift);
      rgb[3 * x + 1] = level(light + greenOfBlue * u + greenOfRed * v, shift);
      rgb[3 * x + 2] = level(light + blueOfBlue * u + blueOfRed * v, shift);
    }
  }

  /** Converts a row of a gray image. */
  void convertGray(int[] luminance, byte[] rgb, int width) {
    int shift = luminanceShift == 0 ? SHIFT : SHIFT - SHORT_SHIFT;
    for (int x = 0; x < width; x++) {
      byte level = level(light(luminance[x]), shift);
      rgb[3 * x] = level;
      rgb[3 * x + 1] = level;
      rgb[3 * x + 2] = level;
    }
  }

  private long light(int luminance) {
    return ((luminance * luminanceFactor) >> luminanceShift) + luminanceOffset;
  }

  private static byte level(long fixed, int shift) {
    long level = fixed >> shift;
    return (byte) (level < 0 ? 0 : Math.min(level, 255));
  }
}
