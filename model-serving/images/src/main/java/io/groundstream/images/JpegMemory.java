package io.groundstream.images;

import java.util.Arrays;

/** Where a frame's coefficients, or samples if lossless, stand while its scans are decoded. */
final class JpegMemory {
  private static final int MOST = Integer.MAX_VALUE - 64;

  private JpegMemory() {}

  /**
   * Makes room, of two bytes for each sample; the limit of pixels bounds it.
   *
   * @param whole whether for the whole picture, and not for a row of MCUs
   */
  static void allocate(JpegFrame frame, boolean whole, JpegScan first) throws ImageException {
    int perUnit = frame.lossless ? 1 : JpegComponent.COEFFICIENTS;
    for (JpegComponent component : frame.components) {
      long rows = whole ? component.paddedDown : component.vertical;
      long units = rows * component.paddedAcross;
      if (units * perUnit > MOST) {
        throw new ImageException(
            ImageErrorCode.DECODING_OUT_OF_MEMORY,
            "coefficients: " + units * perUnit + " (expected: at most " + MOST + ")");
      }
      component.coefficients = new short[(int) units * perUnit];
      component.extents = new byte[frame.lossless ? 0 : (int) units];
      if (frame.lossless) {
        // What has no data is gray, as it is where coefficients are missing.
        int gray = 1 << Math.max(0, frame.precision - first.low() - 1);
        Arrays.fill(component.coefficients, (short) gray);
      }
    }
  }

  /** Makes all of it zeros again. */
  static void clear(JpegFrame frame) {
    for (JpegComponent component : frame.components) {
      Arrays.fill(component.coefficients, (short) 0);
      Arrays.fill(component.extents, (byte) 0);
    }
  }
}
