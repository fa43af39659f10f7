package io.groundstream.model.image;

/**
 * Prediction of blocks from what stands above and to the left of them (RFC 6386, section 12), and
 * the inverse transforms of what is added to it (section 14).
 */
final class Vp8Prediction {
  static final int DC = 0;
  static final int TRUE_MOTION = 1;
  static final int VERTICAL = 2;
  static final int HORIZONTAL = 3;
  static final int LEFT_DOWN = 4;
  static final int RIGHT_DOWN = 5;
  static final int VERTICAL_RIGHT = 6;
  static final int VERTICAL_LEFT = 7;
  static final int HORIZONTAL_DOWN = 8;
  static final int HORIZONTAL_UP = 9;

  /** The samples around a sub-block: 4 to its left from below, the corner, 8 above it. */
  private final int[] edge = new int[13];

  private final int[] columns = new int[16];

  /** Predicts a square block of 16 or 8 samples; what lies outside counts for DC as absent. */
  void predict(Vp8Plane plane, int x, int y, int size, int mode) {
    byte[] samples = plane.samples;
    int stride = plane.stride;
    int start = plane.index(x, y);
    int flat = mode == DC ? average(plane, start, size, x > 0, y > 0) : 0;
    int corner = samples[start - stride - 1] & 0xff;
    for (int row = 0; row < size; row++) {
      int out = start + row * stride;
      int left = samples[out - 1] & 0xff;
      for (int column = 0; column < size; column++) {
        int above = samples[start - stride + column] & 0xff;
        samples[out + column] =
            (byte)
                switch (mode) {
                  case DC -> flat;
                  case VERTICAL -> above;
                  case HORIZONTAL -> left;
                  default -> clamp(left + above - corner);
                };
      }
    }
  }

  private static int average(Vp8Plane plane, int start, int size, boolean left, boolean above) {
    if (!left && !above) {
      return 128;
    }
    int sum = 0;
    for (int index = 0; index < size; index++) {
      sum += left ? plane.samples[start + index * plane.stride - 1] & 0xff : 0;
      sum += above ? plane.samples[start - plane.stride + index] & 0xff : 0;
    }
    int count = left && above ? 2 * size : size;
    return (sum + count / 2) / count;
  }

  /**
   * Predicts a sub-block of 4 by 4.
   *
   * @param aboveRight where the four samples above and to the right of it stand
   */
  void predictSubblock(Vp8Plane plane, int start, int aboveRight, int mode) {
    byte[] samples = plane.samples;
    int stride = plane.stride;
    for (int index = 0; index < 4; index++) {
      edge[index] = samples[start + (3 - index) * stride - 1] & 0xff;
      edge[5 + index] = samples[start - stride + index] & 0xff;
      edge[9 + index] = samples[aboveRight + index] & 0xff;
    }
    edge[4] = samples[start - stride - 1] & 0xff;
    int flat = 4;
    for (int index = 0; index < 4; index++) {
      flat += edge[index] + edge[5 + index];
    }
    for (int row = 0; row < 4; row++) {
      for (int column = 0; column < 4; column++) {
        samples[start + row * stride + column] =
            (byte)
                switch (mode) {
                  case DC -> flat >> 3;
                  case TRUE_MOTION -> clamp(edge[3 - row] + edge[5 + column] - edge[4]);
                  case VERTICAL -> smooth(5 + column);
                  case HORIZONTAL -> row == 3 ? (edge[1] + 3 * edge[0] + 2) >> 2 : smooth(3 - row);
                  case LEFT_DOWN ->
                      row + column == 6
                          ? (edge[11] + 3 * edge[12] + 2) >> 2
                          : smooth(6 + row + column);
                  case RIGHT_DOWN -> smooth(4 - row + column);
                  case VERTICAL_RIGHT -> verticalRight(row, column);
                  case VERTICAL_LEFT -> verticalLeft(row, column);
                  case HORIZONTAL_DOWN -> horizontalDown(row, column);
                  default -> horizontalUp(row, column);
                };
      }
    }
  }

  private int verticalRight(int row, int column) {
    int along = 2 * column - row;
    if (along < 0) {
      return along == -1 ? smooth(4) : smooth(5 - row);
    }
    int place = 4 + column - row / 2;
    return row % 2 == 0 ? between(place) : smooth(place);
  }

  private int verticalLeft(int row, int column) {
    if (column == 3 && row >= 2) {
      return smooth(row == 2 ? 10 : 11);
    }
    int place = 5 + column + row / 2;
    return row % 2 == 0 ? between(place) : smooth(place + 1);
  }

  private int horizontalDown(int row, int column) {
    int along = 2 * row - column;
    if (along < 0) {
      return along == -1 ? smooth(4) : smooth(3 + column);
    }
    int place = 3 - row + column / 2;
    return column % 2 == 0 ? between(place) : smooth(place + 1);
  }

  private int horizontalUp(int row, int column) {
    int along = 2 * row + column;
    if (along > 5) {
      return edge[0];
    }
    if (along == 5) {
      return (edge[1] + 3 * edge[0] + 2) >> 2;
    }
    int place = 3 - along / 2;
    return along % 2 == 0 ? between(place - 1) : smooth(place - 1);
  }

  private int between(int place) {
    return (edge[place] + edge[place + 1] + 1) >> 1;
  }

  private int smooth(int place) {
    return (edge[place - 1] + 2 * edge[place] + edge[place + 1] + 2) >> 2;
  }

  /** Adds the inverse cosine transform of 16 coefficients to a sub-block. */
  void addTransformed(int[] coefficients, int from, Vp8Plane plane, int start) {
    for (int index = 0; index < 4; index++) {
      int in = from + index;
      int even = coefficients[in] + coefficients[in + 8];
      int odd = coefficients[in] - coefficients[in + 8];
      int low = sine(coefficients[in + 4]) - cosine(coefficients[in + 12]);
      int high = cosine(coefficients[in + 4]) + sine(coefficients[in + 12]);
      columns[4 * index] = even + high;
      columns[4 * index + 1] = odd + low;
      columns[4 * index + 2] = odd - low;
      columns[4 * index + 3] = even - high;
    }
    for (int row = 0; row < 4; row++) {
      int rounded = columns[row] + 4;
      int even = rounded + columns[row + 8];
      int odd = rounded - columns[row + 8];
      int low = sine(columns[row + 4]) - cosine(columns[row + 12]);
      int high = cosine(columns[row + 4]) + sine(columns[row + 12]);
      int out = start + row * plane.stride;
      plane.add(out, (even + high) >> 3);
      plane.add(out + 1, (odd + low) >> 3);
      plane.add(out + 2, (odd - low) >> 3);
      plane.add(out + 3, (even - high) >> 3);
    }
  }

  private static int cosine(int value) {
    return ((value * 20091) >> 16) + value;
  }

  private static int sine(int value) {
    return (value * 35468) >> 16;
  }

  /**
   * Spreads the second-order coefficients of luminance over the first coefficients of the sixteen
   * sub-blocks: the inverse Walsh-Hadamard transform.
   */
  void spread(int[] second, int[] coefficients) {
    for (int index = 0; index < 4; index++) {
      int outer = second[index] + second[12 + index];
      int inner = second[4 + index] + second[8 + index];
      int innerLess = second[4 + index] - second[8 + index];
      int outerLess = second[index] - second[12 + index];
      columns[index] = outer + inner;
      columns[4 + index] = outerLess + innerLess;
      columns[8 + index] = outer - inner;
      columns[12 + index] = outerLess - innerLess;
    }
    for (int row = 0; row < 4; row++) {
      int rounded = columns[4 * row] + 3;
      int outer = rounded + columns[4 * row + 3];
      int inner = columns[4 * row + 1] + columns[4 * row + 2];
      int innerLess = columns[4 * row + 1] - columns[4 * row + 2];
      int outerLess = rounded - columns[4 * row + 3];
      int out = 64 * row;
      coefficients[out] = (outer + inner) >> 3;
      coefficients[out + 16] = (outerLess + innerLess) >> 3;
      coefficients[out + 32] = (outer - inner) >> 3;
      coefficients[out + 48] = (outerLess - innerLess) >> 3;
    }
  }

  private static int clamp(int level) {
    return level < 0 ? 0 : Math.min(level, 255);
  }
}
