package io.groundstream.images;

/**
 * Computes the inverse discrete cosine transform of eight values, for many blocks at once. The
 * fixed-point arithmetic (Loeffler, Ligtenberg and Moschytz, 1989, with 13 bits) is what libjpeg
 * calls its accurate integer method; every decoder that uses it yields the same samples.
 *
 * <p>Since ints wrap around, the factors can be multiplied out, so that each step is a sum of
 * products.
 */
final class JpegCosines {
  private static final int SIDE = JpegComponent.BLOCK;
  private static final int BITS = 13;
  private static final int PASS_BITS = 2;
  private static final int FIRST_SHIFT = BITS - PASS_BITS;
  private static final int FIRST_HALF = 1 << (FIRST_SHIFT - 1);
  private static final int SECOND_SHIFT = BITS + PASS_BITS + 3;

  /** Rounds the second pass, and shifts the centre of samples from 0 to 128. */
  private static final int SECOND_HALF = (1 << (SECOND_SHIFT - 1)) + (128 << SECOND_SHIFT);

  private static final int F_0_298 = 2446;
  private static final int F_0_390 = 3196;
  private static final int F_0_541 = 4433;
  private static final int F_0_765 = 6270;
  private static final int F_0_899 = 7373;
  private static final int F_1_175 = 9633;
  private static final int F_1_501 = 12299;
  private static final int F_1_847 = 15137;
  private static final int F_1_961 = 16069;
  private static final int F_2_053 = 16819;
  private static final int F_2_562 = 20995;
  private static final int F_3_072 = 25172;

  /**
   * The factors by which the inputs 1, 3, 5 and 7 add to the first four of eight values; they are
   * subtracted from the last four.
   */
  private static final int[][] FACTORS = {
    {F_1_501 - F_0_899 + F_1_175 - F_0_390, F_1_175, F_1_175 - F_0_390, F_1_175 - F_0_899},
    {F_1_175, F_3_072 - F_2_562 + F_1_175 - F_1_961, F_1_175 - F_2_562, F_1_175 - F_1_961},
    {F_1_175 - F_0_390, F_1_175 - F_2_562, F_2_053 - F_2_562 + F_1_175 - F_0_390, F_1_175},
    {F_1_175 - F_0_899, F_1_175 - F_1_961, F_1_175, F_0_298 - F_0_899 + F_1_175 - F_1_961}
  };

  private JpegCosines() {}

  /**
   * Transforms a column of coefficients of many blocks.
   *
   * @param size the number of first rows that may have coefficients: 8 or 4
   * @param count the number of blocks
   */
  static void columns(int[][] from, int[][] to, int x, int size, int count) {
    evenPart(from, x, SIDE, size, FIRST_HALF, to, x, count);
    for (int index = 0; index < SIDE / 2; index++) {
      int[] sums = to[x + index * SIDE];
      int[] differences = to[x + (SIDE - 1 - index) * SIDE];
      oddPart(from, x, SIDE, size, FACTORS[index], differences, count);
      join(sums, differences, FIRST_SHIFT, count);
    }
  }

  /**
   * Transforms a row of many blocks to samples of 0 to 255, after their columns.
   *
   * @param size the number of first columns that had coefficients: 8 or 4
   * @param count the number of blocks
   */
  static void rows(int[][] from, int y, int size, int[][] to, int count) {
    evenPart(from, y * SIDE, 1, size, SECOND_HALF, to, 0, count);
    for (int index = 0; index < SIDE / 2; index++) {
      int[] sums = to[index];
      int[] differences = to[SIDE - 1 - index];
      oddPart(from, y * SIDE, 1, size, FACTORS[index], differences, count);
      join(sums, differences, SECOND_SHIFT, count);
      clamp(sums, count);
      clamp(differences, count);
    }
  }

  /** Computes what the even inputs add to the first four outputs, and thereby to the last four. */
  private static void evenPart(
      int[][] from,
      int first,
      int step,
      int size,
      int rounding,
      int[][] to,
      int target,
      int count) {
    int[] in0 = from[first];
    int[] in2 = from[first + 2 * step];
    if (size == SIDE) {
      int[] in4 = from[first + 4 * step];
      int[] in6 = from[first + 6 * step];
      even(
          in0,
          in4,
          in2,
          in6,
          1 << BITS,
          F_0_541 + F_0_765,
          F_0_541,
          rounding,
          to[target],
          to[target + 3 * step],
          count);
      even(
          in0,
          in4,
          in2,
          in6,
          -1 << BITS,
          F_0_541,
          F_0_541 - F_1_847,
          rounding,
          to[target + step],
          to[target + 2 * step],
          count);
    } else {
      even(in0, in2, F_0_541 + F_0_765, rounding, to[target], to[target + 3 * step], count);
      even(in0, in2, F_0_541, rounding, to[target + step], to[target + 2 * step], count);
    }
  }

  // Each loop is this small because the JVM does not vectorise larger ones.

  private static void even(
      int[] in0,
      int[] in4,
      int[] in2,
      int[] in6,
      int f4,
      int f2,
      int f6,
      int rounding,
      int[] sums,
      int[] differences,
      int count) {
    for (int block = 0; block < count; block++) {
      int level = (in0[block] << BITS) + in4[block] * f4 + rounding;
      int slope = in2[block] * f2 + in6[block] * f6;
      sums[block] = level + slope;
      differences[block] = level - slope;
    }
  }

  private static void even(
      int[] in0, int[] in2, int f2, int rounding, int[] sums, int[] differences, int count) {
    for (int block = 0; block < count; block++) {
      int level = (in0[block] << BITS) + rounding;
      int slope = in2[block] * f2;
      sums[block] = level + slope;
      differences[block] = level - slope;
    }
  }

  private static void oddPart(
      int[][] from, int first, int step, int size, int[] f, int[] target, int count) {
    int[] in1 = from[first + step];
    int[] in3 = from[first + 3 * step];
    if (size == SIDE) {
      odd(
          in1,
          in3,
          from[first + 5 * step],
          from[first + 7 * step],
          f[0],
          f[1],
          f[2],
          f[3],
          target,
          count);
    } else {
      odd(in1, in3, f[0], f[1], target, count);
    }
  }

  private static void odd(int[] in1, int[] in3, int f1, int f3, int[] target, int count) {
    for (int block = 0; block < count; block++) {
      target[block] = in1[block] * f1 + in3[block] * f3;
    }
  }

  private static void odd(
      int[] in1,
      int[] in3,
      int[] in5,
      int[] in7,
      int f1,
      int f3,
      int f5,
      int f7,
      int[] target,
      int count) {
    for (int block = 0; block < count; block++) {
      target[block] = in1[block] * f1 + in3[block] * f3 + in5[block] * f5 + in7[block] * f7;
    }
  }

  private static void join(int[] sums, int[] differences, int shift, int count) {
    for (int block = 0; block < count; block++) {
      int even = sums[block];
      int odd = differences[block];
      sums[block] = (even + odd) >> shift;
      differences[block] = (even - odd) >> shift;
    }
  }

  /** Clamps to 0 to 255 without a branch, so that the loop can be vectorised. */
  private static void clamp(int[] levels, int count) {
    for (int block = 0; block < count; block++) {
      int level = levels[block];
      int positive = level & ~(level >> 31);
      levels[block] = (positive | ((255 - positive) >> 31)) & 255;
    }
  }
}
