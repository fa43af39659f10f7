package io.groundstream.images;

import java.util.Arrays;

/**
 * A plane of a VP8 frame during decoding: whole macroblocks with a border of one row above and one
 * column to the left, which has the values for prediction outside the image, and some columns to
 * the right.
 */
final class Vp8Plane {
  /** Sub-blocks of the last macroblock use four samples to the right of it. */
  private static final int RIGHT_BORDER = 4;

  private static final byte ABOVE = 127;
  private static final byte LEFT = (byte) 129;

  final int stride;
  final byte[] samples;

  Vp8Plane(int width, int height) {
    stride = width + 1 + RIGHT_BORDER;
    samples = new byte[stride * (height + 1)];
    Arrays.fill(samples, 0, stride, ABOVE);
    for (int y = 0; y < height; y++) {
      samples[(y + 1) * stride] = LEFT;
    }
  }

  int index(int x, int y) {
    return (y + 1) * stride + x + 1;
  }
}
