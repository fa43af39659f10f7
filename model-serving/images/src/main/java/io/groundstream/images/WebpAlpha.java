package io.groundstream.images;

/**
 * Decodes the alpha plane that lossy WebP has in a separate chunk (RFC 9649, section 2.7.1.2). It
 * is raw or coded as the green channel of a lossless image, and its values may be differences from
 * a prediction by their neighbours.
 */
final class WebpAlpha {
  private static final int RAW = 0;
  private static final int LOSSLESS = 1;

  private WebpAlpha() {}

  /** Returns the opacity, one byte per pixel, of an image whose size has been checked. */
  static byte[] decode(
      byte[] bytes, int start, int end, int width, int height, ImageLimits limits, TimeLimit time)
      throws ImageException {
    int header = new ByteCursor(bytes, start, end, false).u8();
    byte[] alpha;
    switch (header & 3) {
      case RAW -> {
        if (end - start - 1 < width * height) {
          throw Failures.truncated("alpha: too little for " + width + " x " + height + " pixels");
        }
        alpha = new byte[width * height];
        System.arraycopy(bytes, start + 1, alpha, 0, alpha.length);
      }
      case LOSSLESS ->
          alpha =
              new LosslessWebpDecoder(bytes, start + 1, end, limits, time)
                  .decodePlane(width, height);
      default ->
          throw Failures.corrupt("alpha compression: " + (header & 3) + " (expected: 0 or 1)");
    }
    unfilter(alpha, width, header >> 2 & 3);
    return alpha;
  }

  private static void unfilter(byte[] alpha, int width, int method) {
    for (int index = 1; method != 0 && index < alpha.length; index++) {
      boolean firstInRow = index % width == 0;
      int up = index < width ? alpha[index - 1] : alpha[index - width];
      int predicted;
      if (firstInRow || index < width) {
        // The first row is predicted from the left, the first column from above.
        predicted = up;
      } else {
        int left = alpha[index - 1];
        int corner = alpha[index - width - 1];
        predicted =
            switch (method) {
              case 1 -> left;
              case 2 -> up;
              default -> Math.max(0, Math.min(255, (left & 0xff) + (up & 0xff) - (corner & 0xff)));
            };
      }
      alpha[index] += (byte) predicted;
    }
  }
}
