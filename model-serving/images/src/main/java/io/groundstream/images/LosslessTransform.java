package io.groundstream.images;

/**
 * The inverse of one of the four transforms of lossless WebP (RFC 9649, section 4).
 *
 * @param type the transform: predictor, colour, subtract green or indexing
 * @param width the width of the image after the inverse
 * @param codedWidth the width of the coded image; smaller if several indices share a pixel
 * @param sizeBits log2 of the block size, or of the number of indices in a pixel
 * @param data one pixel per block, or the palette of 256 colours
 */
record LosslessTransform(int type, int width, int codedWidth, int sizeBits, int[] data) {
  static final int PREDICTOR = 0;
  static final int COLOR = 1;
  static final int SUBTRACT_GREEN = 2;
  static final int INDEXING = 3;

  private static final int OPAQUE_BLACK = 0xff000000;

  /** Returns the pixels without this transform, in the same array if they fit. */
  int[] undo(int[] pixels, int height) {
    switch (type) {
      case PREDICTOR -> addPrediction(pixels, height);
      case COLOR -> addColor(pixels, height);
      case SUBTRACT_GREEN -> {
        for (int index = 0; index < pixels.length; index++) {
          int green = pixels[index] >> 8 & 0xff;
          pixels[index] = add(pixels[index], green << 16 | green);
        }
      }
      default -> {
        return lookUp(pixels, height);
      }
    }
    return pixels;
  }

  /** Adds two pixels channel by channel, each modulo 256. */
  static int add(int first, int second) {
    int alphaAndGreen = (first & 0xff00ff00) + (second & 0xff00ff00);
    int redAndBlue = (first & 0x00ff00ff) + (second & 0x00ff00ff);
    return (alphaAndGreen & 0xff00ff00) | (redAndBlue & 0x00ff00ff);
  }

  private int block(int x, int y) {
    int across = (width + (1 << sizeBits) - 1) >> sizeBits;
    return data[(y >> sizeBits) * across + (x >> sizeBits)];
  }

  private void addPrediction(int[] pixels, int height) {
    int index = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++, index++) {
        int predicted;
        if (y == 0) {
          predicted = x == 0 ? OPAQUE_BLACK : pixels[index - 1];
        } else if (x == 0) {
          predicted = pixels[index - width];
        } else {
          predicted = predict(block(x, y) >> 8 & 15, pixels, index);
        }
        pixels[index] = add(pixels[index], predicted);
      }
    }
  }

  private int predict(int mode, int[] pixels, int index) {
    int left = pixels[index - 1];
    int top = pixels[index - width];
    int topLeft = pixels[index - width - 1];
    // For the last column, this is the first pixel of the current row.
    int topRight = pixels[index - width + 1];
    return switch (mode) {
      case 1 -> left;
      case 2 -> top;
      case 3 -> topRight;
      case 4 -> topLeft;
      case 5 -> average(average(left, topRight), top);
      case 6 -> average(left, topLeft);
      case 7 -> average(left, top);
      case 8 -> average(topLeft, top);
      case 9 -> average(top, topRight);
      case 10 -> average(average(left, topLeft), average(top, topRight));
      case 11 -> select(left, top, topLeft);
      case 12 -> gradient(left, top, topLeft);
      case 13 -> halfGradient(average(left, top), topLeft);
      default -> OPAQUE_BLACK;
    };
  }

  private static int average(int first, int second) {
    return (((first ^ second) & 0xfefefefe) >>> 1) + (first & second);
  }

  private static int select(int left, int top, int topLeft) {
    int toLeft = 0;
    int toTop = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      int corner = topLeft >> shift & 0xff;
      toLeft += Math.abs((top >> shift & 0xff) - corner);
      toTop += Math.abs((left >> shift & 0xff) - corner);
    }
    return toLeft < toTop ? left : top;
  }

  private static int gradient(int left, int top, int topLeft) {
    int result = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      int level = (left >> shift & 0xff) + (top >> shift & 0xff) - (topLeft >> shift & 0xff);
      result |= clamp(level) << shift;
    }
    return result;
  }

  private static int halfGradient(int average, int topLeft) {
    int result = 0;
    for (int shift = 0; shift < 32; shift += 8) {
      int level = average >> shift & 0xff;
      result |= clamp(level + (level - (topLeft >> shift & 0xff)) / 2) << shift;
    }
    return result;
  }

  private static int clamp(int level) {
    return level < 0 ? 0 : Math.min(level, 255);
  }

  private void addColor(int[] pixels, int height) {
    int index = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++, index++) {
        int factors = block(x, y);
        int pixel = pixels[index];
        byte green = (byte) (pixel >> 8);
        int red = (pixel >> 16) + scaled((byte) factors, green);
        int blue =
            pixel
                + scaled((byte) (factors >> 8), green)
                + scaled((byte) (factors >> 16), (byte) red);
        pixels[index] = (pixel & 0xff00ff00) | (red & 0xff) << 16 | (blue & 0xff);
      }
    }
  }

  private static int scaled(byte factor, byte level) {
    return (factor * level) >> 5;
  }

  private int[] lookUp(int[] packed, int height) {
    int[] pixels = sizeBits == 0 ? packed : new int[width * height];
    int indexBits = 8 >> sizeBits;
    int mask = (1 << indexBits) - 1;
    int out = 0;
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++, out++) {
        int green = packed[y * codedWidth + (x >> sizeBits)] >> 8 & 0xff;
        int shift = (x & ((1 << sizeBits) - 1)) * indexBits;
        pixels[out] = data[green >> shift & mask];
      }
    }
    return pixels;
  }
}
