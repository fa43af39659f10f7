package io.groundstream.images;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Predicts blocks from the samples above and to the left of them (RFC 6386, section 12), and adds
 * the residues by inverse transforms (section 14).
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

  private static final VarHandle ROWS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final int[] columns = new int[16];

  /** Predicts a square block of 16 or 8 samples; DC ignores samples outside the image. */
  void predict(Vp8Plane plane, int x, int y, int size, int mode) {
    byte[] samples = plane.samples;
    int stride = plane.stride;
    int start = plane.index(x, y);
    int end = start + size * stride;
    switch (mode) {
      case DC -> {
        byte flat = (byte) average(plane, start, size, x > 0, y > 0);
        for (int out = start; out < end; out += stride) {
          Arrays.fill(samples, out, out + size, flat);
        }
      }
      case VERTICAL -> {
        for (int out = start; out < end; out += stride) {
          System.arraycopy(samples, start - stride, samples, out, size);
        }
      }
      case HORIZONTAL -> {
        for (int out = start; out < end; out += stride) {
          Arrays.fill(samples, out, out + size, samples[out - 1]);
        }
      }
      default -> predictTrueMotion(samples, stride, start, size);
    }
  }

  /** Adds the differences between the samples above and the corner to the samples on the left. */
  private static void predictTrueMotion(byte[] samples, int stride, int start, int size) {
    int above = start - stride;
    int corner = samples[above - 1] & 0xff;
    int out = start;
    for (int row = 0; row < size; row++, out += stride) {
      int base = (samples[out - 1] & 0xff) - corner;
      for (int column = 0; column < size; column++) {
        samples[out + column] = clamp(base + (samples[above + column] & 0xff));
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
   * Predicts a sub-block of 4 by 4. Rows are written as four bytes at once, with the first one
   * lowest. In most modes a row is another row shifted by one or two samples.
   *
   * @param aboveRight the index of the four samples above and to the right of the sub-block
   */
  void predictSubblock(Vp8Plane plane, int start, int aboveRight, int mode) {
    byte[] samples = plane.samples;
    int stride = plane.stride;
    if (mode == TRUE_MOTION) {
      predictTrueMotion(samples, stride, start, 4);
      return;
    }
    int above = start - stride;
    // The RFC's names: L is to the left, P the corner, A above, and B above and to the right.
    int corner = samples[above - 1] & 0xff;
    int a0 = samples[above] & 0xff;
    int a1 = samples[above + 1] & 0xff;
    int a2 = samples[above + 2] & 0xff;
    int a3 = samples[above + 3] & 0xff;
    int l0 = samples[start - 1] & 0xff;
    int l1 = samples[start + stride - 1] & 0xff;
    int l2 = samples[start + 2 * stride - 1] & 0xff;
    int l3 = samples[start + 3 * stride - 1] & 0xff;
    int b0 = samples[aboveRight] & 0xff;
    int row0;
    int row1;
    int row2;
    int row3;
    switch (mode) {
      case DC -> {
        row0 = spread((a0 + a1 + a2 + a3 + l0 + l1 + l2 + l3 + 4) >> 3);
        row1 = row0;
        row2 = row0;
        row3 = row0;
      }
      case VERTICAL -> {
        row0 = row(mid(corner, a0, a1), mid(a0, a1, a2), mid(a1, a2, a3), mid(a2, a3, b0));
        row1 = row0;
        row2 = row0;
        row3 = row0;
      }
      case HORIZONTAL -> {
        row0 = spread(mid(corner, l0, l1));
        row1 = spread(mid(l0, l1, l2));
        row2 = spread(mid(l1, l2, l3));
        row3 = spread(mid(l2, l3, l3));
      }
      case LEFT_DOWN -> {
        int b1 = samples[aboveRight + 1] & 0xff;
        int b2 = samples[aboveRight + 2] & 0xff;
        int b3 = samples[aboveRight + 3] & 0xff;
        row0 = row(mid(a0, a1, a2), mid(a1, a2, a3), mid(a2, a3, b0), mid(a3, b0, b1));
        row1 = row0 >>> 8 | mid(b0, b1, b2) << 24;
        row2 = row1 >>> 8 | mid(b1, b2, b3) << 24;
        row3 = row2 >>> 8 | mid(b2, b3, b3) << 24;
      }
      case RIGHT_DOWN -> {
        row0 = row(mid(l0, corner, a0), mid(corner, a0, a1), mid(a0, a1, a2), mid(a1, a2, a3));
        row1 = row0 << 8 | mid(l1, l0, corner);
        row2 = row1 << 8 | mid(l2, l1, l0);
        row3 = row2 << 8 | mid(l3, l2, l1);
      }
      case VERTICAL_RIGHT -> {
        row0 = row(mid(corner, a0), mid(a0, a1), mid(a1, a2), mid(a2, a3));
        row1 = row(mid(l0, corner, a0), mid(corner, a0, a1), mid(a0, a1, a2), mid(a1, a2, a3));
        row2 = row0 << 8 | mid(l1, l0, corner);
        row3 = row1 << 8 | mid(l2, l1, l0);
      }
      case VERTICAL_LEFT -> {
        int b1 = samples[aboveRight + 1] & 0xff;
        int b2 = samples[aboveRight + 2] & 0xff;
        int b3 = samples[aboveRight + 3] & 0xff;
        row0 = row(mid(a0, a1), mid(a1, a2), mid(a2, a3), mid(a3, b0));
        row1 = row(mid(a0, a1, a2), mid(a1, a2, a3), mid(a2, a3, b0), mid(a3, b0, b1));
        row2 = row0 >>> 8 | mid(b0, b1, b2) << 24;
        row3 = row1 >>> 8 | mid(b1, b2, b3) << 24;
      }
      case HORIZONTAL_DOWN -> {
        row0 = row(mid(l0, corner), mid(l0, corner, a0), mid(corner, a0, a1), mid(a0, a1, a2));
        row1 = row0 << 16 | mid(l1, l0, corner) << 8 | mid(l1, l0);
        row2 = row1 << 16 | mid(l2, l1, l0) << 8 | mid(l2, l1);
        row3 = row2 << 16 | mid(l3, l2, l1) << 8 | mid(l3, l2);
      }
      default -> {
        row0 = row(mid(l0, l1), mid(l0, l1, l2), mid(l1, l2), mid(l1, l2, l3));
        row1 = row0 >>> 16 | mid(l2, l3) << 16 | mid(l2, l3, l3) << 24;
        row2 = row1 >>> 16 | l3 << 16 | l3 << 24;
        row3 = spread(l3);
      }
    }
    ROWS.set(samples, start, row0);
    ROWS.set(samples, start + stride, row1);
    ROWS.set(samples, start + 2 * stride, row2);
    ROWS.set(samples, start + 3 * stride, row3);
  }

  private static int row(int first, int second, int third, int fourth) {
    return first | second << 8 | third << 16 | fourth << 24;
  }

  private static int spread(int sample) {
    return sample * 0x01010101;
  }

  private static int mid(int left, int right) {
    return (left + right + 1) >> 1;
  }

  private static int mid(int left, int here, int right) {
    return (left + 2 * here + right + 2) >> 2;
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
      byte[] samples = plane.samples;
      samples[out] = clamp((samples[out] & 0xff) + ((even + high) >> 3));
      samples[out + 1] = clamp((samples[out + 1] & 0xff) + ((odd + low) >> 3));
      samples[out + 2] = clamp((samples[out + 2] & 0xff) + ((odd - low) >> 3));
      samples[out + 3] = clamp((samples[out + 3] & 0xff) + ((even - high) >> 3));
    }
  }

  /** Adds the inverse cosine transform if all coefficients except the first are zero. */
  void addFlat(int coefficient, Vp8Plane plane, int start) {
    int residue = (coefficient + 4) >> 3;
    byte[] samples = plane.samples;
    for (int row = 0, out = start; row < 4; row++, out += plane.stride) {
      samples[out] = clamp((samples[out] & 0xff) + residue);
      samples[out + 1] = clamp((samples[out + 1] & 0xff) + residue);
      samples[out + 2] = clamp((samples[out + 2] & 0xff) + residue);
      samples[out + 3] = clamp((samples[out + 3] & 0xff) + residue);
    }
  }

  private static int cosine(int value) {
    return ((value * 20091) >> 16) + value;
  }

  private static int sine(int value) {
    return (value * 35468) >> 16;
  }

  /**
   * Computes the first coefficients of the sixteen sub-blocks from the second-order coefficients of
   * luminance, by the inverse Walsh-Hadamard transform.
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

  private static byte clamp(int level) {
    return (byte) ((level & ~0xff) == 0 ? level : ~level >> 31);
  }
}
