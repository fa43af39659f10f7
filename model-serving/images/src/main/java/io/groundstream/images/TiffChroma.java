package io.groundstream.images;

/**
 * Converts a TIFF's luminance and chrominance, if it is not JPEG, to RGB (TIFF 6.0, section 21)
 * with libtiff's fixed-point arithmetic. Subsampled chrominance is repeated.
 */
final class TiffChroma {
  private static final int HALF = 1 << 15;
  private static final int MAX_CODE = 128 * 32;

  private final int[] luminance = new int[256];
  private final int[] redOfCr = new int[256];
  private final int[] blueOfCb = new int[256];
  private final int[] greenOfCr = new int[256];
  private final int[] greenOfCb = new int[256];

  TiffChroma(TiffDirectory directory) {
    double red = directory.ycbcrCoefficients[0];
    double green = directory.ycbcrCoefficients[1];
    double blue = directory.ycbcrCoefficients[2];
    double[] range = directory.referenceBlackWhite;
    double crToRed = clamp(2 - 2 * red);
    double crToGreen = clamp(red * crToRed / green);
    double cbToBlue = clamp(2 - 2 * blue);
    double cbToGreen = clamp(blue * cbToBlue / green);
    for (int code = 0; code < 256; code++) {
      int level = code - 128;
      int cr = value(level, range[4] - 128, range[5] - 128, 127);
      int cb = value(level, range[2] - 128, range[3] - 128, 127);
      redOfCr[code] = (fixed(crToRed) * cr + HALF) >> 16;
      blueOfCb[code] = (fixed(cbToBlue) * cb + HALF) >> 16;
      greenOfCr[code] = -fixed(crToGreen) * cr;
      greenOfCb[code] = -fixed(cbToGreen) * cb + HALF;
      luminance[code] = value(code, range[0], range[1], 255);
    }
  }

  /** Stores the levels of one pixel in a row. */
  void put(int y, int cb, int cr, int[] levels, int out) {
    levels[out] = level(luminance[y] + redOfCr[cr]);
    levels[out + 1] = level(luminance[y] + ((greenOfCb[cb] + greenOfCr[cr]) >> 16));
    levels[out + 2] = level(luminance[y] + blueOfCb[cb]);
  }

  private static int value(double code, double black, double white, int range) {
    double span = white - black;
    double value = (code - black) * range / (span != 0 ? span : 1);
    return (int) Math.max(-MAX_CODE, Math.min(MAX_CODE, value));
  }

  private static double clamp(double factor) {
    return factor >= 0 ? Math.min(factor, 2) : 0;
  }

  private static int fixed(double factor) {
    return (int) (factor * (1 << 16) + 0.5);
  }

  private static int level(int value) {
    return Math.max(0, Math.min(255, value));
  }
}
