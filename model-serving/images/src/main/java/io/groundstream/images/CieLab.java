package io.groundstream.images;

/**
 * Converts TIFF's CIE L*a*b* (TIFF 6.0, section 23: white D50, eight bits, a* and b* signed) to
 * sRGB as a colour management system does: from L*a*b* to XYZ by CIE 15, from XYZ relative to D50
 * to linear sRGB by the inverse of the matrix in sRGB's ICC profile, then by sRGB's curve (IEC
 * 61966-2-1).
 */
final class CieLab {
  private static final double WHITE_X = 0.9642;
  private static final double WHITE_Z = 0.8249;

  /** The point below which a line replaces the cube root. */
  private static final double KNEE = 6.0 / 29;

  private static final double[] TO_RED = {3.1338561, -1.6168667, -0.4906146};
  private static final double[] TO_GREEN = {-0.9787684, 1.9161415, 0.0334540};
  private static final double[] TO_BLUE = {0.0719453, -0.2289914, 1.4052427};

  private CieLab() {}

  /**
   * Converts the samples of a row in place.
   *
   * @param samples 0 to 255 each; the first three of each pixel are L*, a*, b* and become red,
   *     green and blue
   * @param bands samples per pixel, at least 3
   */
  static void toRgb(int[] samples, int bands) {
    for (int at = 0; at + bands <= samples.length; at += bands) {
      double y = (samples[at] / 2.55 + 16) / 116;
      double x = y + (byte) samples[at + 1] / 500.0;
      double z = y - (byte) samples[at + 2] / 200.0;
      x = WHITE_X * light(x);
      y = light(y);
      z = WHITE_Z * light(z);
      samples[at] = level(TO_RED, x, y, z);
      samples[at + 1] = level(TO_GREEN, x, y, z);
      samples[at + 2] = level(TO_BLUE, x, y, z);
    }
  }

  private static double light(double root) {
    return root > KNEE ? root * root * root : 3 * KNEE * KNEE * (root - 4.0 / 29);
  }

  private static int level(double[] weights, double x, double y, double z) {
    double linear = weights[0] * x + weights[1] * y + weights[2] * z;
    double curved =
        linear <= 0.0031308 ? 12.92 * linear : 1.055 * Math.pow(linear, 1 / 2.4) - 0.055;
    return (int) Math.round(255 * Math.max(0, Math.min(1, curved)));
  }
}
