package io.groundstream.images;

import java.util.Arrays;

/** Allocates a frame's coefficients, or samples if lossless, while its scans are decoded. */
final class JpegMemory {
  private static final int MOST = Integer.MAX_VALUE - 64;

  private JpegMemory() {}

  /**
   * Allocates two bytes per sample, which the pixel limit bounds.
   *
   * @param whole whether to allocate for the whole image, rather than for a row of MCUs
   * @throws ImageException if an array would be too long
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
        // Samples without data are gray, as blocks without coefficients are.
        int gray = 1 << Math.max(0, frame.precision - first.low() - 1);
        Arrays.fill(component.coefficients, (short) gray);
      }
    }
  }

  /** Sets all coefficients to zero again. */
  static void clear(JpegFrame frame) {
    for (JpegComponent component : frame.components) {
      Arrays.fill(component.coefficients, (short) 0);
      Arrays.fill(component.extents, (byte) 0);
    }
  }
}
