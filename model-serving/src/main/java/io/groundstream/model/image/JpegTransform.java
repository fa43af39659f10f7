package io.groundstream.model.image;

/**
 * The inverse discrete cosine transform of blocks, in the fixed-point arithmetic (Loeffler,
 * Ligtenberg and Moschytz, 1989, with 13 bits) that libjpeg calls its accurate integer method:
 * every decoder that does so gives the same samples.
 *
 * <p>Blocks with many coefficients are collected, and many are transformed at once: their
 * coefficients of one place stand in one array, a block in each element, so that every step is a
 * loop over blocks, which becomes vector instructions. As ints wrap around, factors may be
 * multiplied out, and each step is a sum of products. Samples leave as {@link #finish} expects
 * them.
 */
final class JpegTransform {
  private static final int SIDE = JpegComponent.BLOCK;
  private static final int BITS = 13;
  private static final int PASS_BITS = 2;
  private static final int FIRST_SHIFT = BITS - PASS_BITS;
  private static final int FIRST_HALF = 1 << (FIRST_SHIFT - 1);
  private static final int SECOND_SHIFT = BITS + PASS_BITS + 3;

  /** Rounds the second pass, and moves samples from around 0 to around 128. */
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
   * How the first four of eight values depend on the inputs 4, 2, 6, 1, 3, 5 and 7; the last four
   * are the same with the odd inputs subtracted. The input 0 counts once, as the input 4 does.
   */
  private static final int[][] FACTORS = {
    {
      1,
      F_0_541 + F_0_765,
      F_0_541,
      F_1_501 - F_0_899 + F_1_175 - F_0_390,
      F_1_175,
      F_1_175 - F_0_390,
      F_1_175 - F_0_899
    },
    {
      -1,
      F_0_541,
      F_0_541 - F_1_847,
      F_1_175,
      F_3_072 - F_2_562 + F_1_175 - F_1_961,
      F_1_175 - F_2_562,
      F_1_175 - F_1_961
    },
    {
      -1,
      -F_0_541,
      F_1_847 - F_0_541,
      F_1_175 - F_0_390,
      F_1_175 - F_2_562,
      F_2_053 - F_2_562 + F_1_175 - F_0_390,
      F_1_175
    },
    {
      1,
      -F_0_541 - F_0_765,
      -F_0_541,
      F_1_175 - F_0_899,
      F_1_175 - F_1_961,
      F_1_175,
      F_0_298 - F_0_899 + F_1_175 - F_1_961
    }
  };

  /** Up to this coefficient in zigzag order only the first four rows and columns have any. */
  private static final int SMALL_EXTENT = 9;

  /** How many blocks are transformed at once: their arrays fit into a processor's nearest cache. */
  private static final int BATCH = 64;

  /** As many blocks are transformed as are a multiple of this, which is a vector's length. */
  private static final int LANES = 8;

  private final int[][] inputs = new int[SIDE * SIDE][BATCH];
  private final int[][] between = new int[SIDE * SIDE][BATCH];
  private final int[] targets = new int[BATCH];
  private int waiting;

  private final int[] work = new int[SIDE * SIDE];

  private final int[] samples;
  private final int stride;
  private final int pair;
  private final int odd;

  /** Creates a transform whose samples go to a plane. */
  JpegTransform(JpegPlane plane) {
    this.samples = plane.samples;
    this.stride = plane.stride;
    this.pair = plane.pair;
    this.odd = plane.odd;
  }

  /**
   * Transforms a block, at the latest with {@link #finish}.
   *
   * @param extent its last coefficient in zigzag order that may differ from zero
   * @param start where its first sample goes
   */
  void inverse(short[] coefficients, int at, int extent, int[] quantization, int start) {
    if (extent == 0) {
      int level = ((coefficients[at] * quantization[0]) << (SECOND_SHIFT - 3)) + SECOND_HALF;
      int half = SIDE / 2 * pair;
      for (int row = 0, to = start; row < SIDE; row++, to += stride) {
        for (int column = 0; column < half; column += pair) {
          samples[to + column] = level;
          samples[to + column + odd] = level;
        }
      }
    } else if (extent <= SMALL_EXTENT) {
      small(coefficients, at, quantization, start);
    } else {
      int[][] places = inputs;
      for (int place = 0; place < places.length; place++) {
        places[place][waiting] = coefficients[at + place] * quantization[place];
      }
      targets[waiting] = start;
      waiting++;
      if (waiting == BATCH) {
        transformBatch();
      }
    }
  }

  /** Ends a row of blocks: transforms what waits, and brings samples to 0 to 255. */
  void finish(int start) {
    if (waiting > 0) {
      transformBatch();
    }
    clamp(samples, start, start + SIDE * stride);
  }

  private void transformBatch() {
    int count = (waiting + LANES - 1) & -LANES;
    for (int x = 0; x < SIDE; x++) {
      transform(inputs, between, x, SIDE, FIRST_HALF, FIRST_SHIFT, count);
    }
    for (int y = 0; y < SIDE; y++) {
      transform(between, inputs, y * SIDE, 1, SECOND_HALF, 0, count);
    }
    for (int block = 0; block < waiting; block++) {
      put(block);
    }
    waiting = 0;
  }

  private static void transform(
      int[][] from, int[][] to, int first, int step, int rounding, int shift, int count) {
    for (int index = 0; index < SIDE / 2; index++) {
      int[] odds = to[first + (SIDE - 1 - index) * step];
      int[] factors = FACTORS[index];
      int[] sums = to[first + index * step];
      oddPart(
          from[first + step],
          from[first + 3 * step],
          from[first + 5 * step],
          from[first + 7 * step],
          factors,
          odds,
          count);
      evenPart(
          from[first],
          from[first + 4 * step],
          from[first + 2 * step],
          from[first + 6 * step],
          factors,
          rounding,
          sums,
          count);
      join(sums, odds, shift, count);
    }
  }

  private static void oddPart(
      int[] in1, int[] in3, int[] in5, int[] in7, int[] factors, int[] target, int count) {
    int f1 = factors[3];
    int f3 = factors[4];
    int f5 = factors[5];
    int f7 = factors[6];
    for (int block = 0; block < count; block++) {
      target[block] = in1[block] * f1 + in3[block] * f3 + in5[block] * f5 + in7[block] * f7;
    }
  }

  private static void evenPart(
      int[] in0,
      int[] in4,
      int[] in2,
      int[] in6,
      int[] factors,
      int rounding,
      int[] target,
      int count) {
    int f4 = factors[0] << BITS;
    int f2 = factors[1];
    int f6 = factors[2];
    for (int block = 0; block < count; block++) {
      target[block] =
          (in0[block] << BITS) + in4[block] * f4 + in2[block] * f2 + in6[block] * f6 + rounding;
    }
  }

  private static void join(int[] sums, int[] odds, int shift, int count) {
    for (int block = 0; block < count; block++) {
      int even = sums[block];
      int oddPart = odds[block];
      sums[block] = (even + oddPart) >> shift;
      odds[block] = (even - oddPart) >> shift;
    }
  }

  private void put(int block) {
    int to = targets[block];
    for (int place = 0; place < SIDE * SIDE; place += SIDE, to += stride) {
      samples[to] = inputs[place][block];
      samples[to + odd] = inputs[place + 1][block];
      samples[to + pair] = inputs[place + 2][block];
      samples[to + pair + odd] = inputs[place + 3][block];
      samples[to + 2 * pair] = inputs[place + 4][block];
      samples[to + 2 * pair + odd] = inputs[place + 5][block];
      samples[to + 3 * pair] = inputs[place + 6][block];
      samples[to + 3 * pair + odd] = inputs[place + 7][block];
    }
  }

  private void small(short[] c, int at, int[] q, int start) {
    int[] w = work;
    for (int x = 0; x < 4; x++) {
      int i = at + x;
      int s = ((c[i] * q[x]) << BITS) + FIRST_HALF;
      int in1 = c[i + 8] * q[x + 8];
      int in2 = c[i + 16] * q[x + 16];
      int in3 = c[i + 24] * q[x + 24];
      int e2 = in2 * F_0_541;
      int e3 = in2 * (F_0_541 + F_0_765);
      int z5 = (in3 + in1) * F_1_175;
      int z3 = z5 - in3 * F_1_961;
      int z4 = z5 - in1 * F_0_390;
      int o0 = z3 - in1 * F_0_899;
      int o1 = z4 - in3 * F_2_562;
      int o2 = z3 + in3 * (F_3_072 - F_2_562);
      int o3 = z4 + in1 * (F_1_501 - F_0_899);
      w[x] = (s + e3 + o3) >> FIRST_SHIFT;
      w[x + 56] = (s + e3 - o3) >> FIRST_SHIFT;
      w[x + 8] = (s + e2 + o2) >> FIRST_SHIFT;
      w[x + 48] = (s + e2 - o2) >> FIRST_SHIFT;
      w[x + 16] = (s - e2 + o1) >> FIRST_SHIFT;
      w[x + 40] = (s - e2 - o1) >> FIRST_SHIFT;
      w[x + 24] = (s - e3 + o0) >> FIRST_SHIFT;
      w[x + 32] = (s - e3 - o0) >> FIRST_SHIFT;
    }
    for (int y = 0, to = start; y < SIDE; y++, to += stride) {
      int i = y * SIDE;
      int s = (w[i] << BITS) + SECOND_HALF;
      int in1 = w[i + 1];
      int in2 = w[i + 2];
      int in3 = w[i + 3];
      int e2 = in2 * F_0_541;
      int e3 = in2 * (F_0_541 + F_0_765);
      int z5 = (in3 + in1) * F_1_175;
      int z3 = z5 - in3 * F_1_961;
      int z4 = z5 - in1 * F_0_390;
      int o0 = z3 - in1 * F_0_899;
      int o1 = z4 - in3 * F_2_562;
      int o2 = z3 + in3 * (F_3_072 - F_2_562);
      int o3 = z4 + in1 * (F_1_501 - F_0_899);
      samples[to] = s + e3 + o3;
      samples[to + odd] = s + e2 + o2;
      samples[to + pair] = s - e2 + o1;
      samples[to + pair + odd] = s - e3 + o0;
      samples[to + 2 * pair] = s - e3 - o0;
      samples[to + 2 * pair + odd] = s - e2 - o1;
      samples[to + 3 * pair] = s + e2 - o2;
      samples[to + 3 * pair + odd] = s + e3 - o3;
    }
  }

  /** Without a branch, for the vectors' sake. */
  private static void clamp(int[] samples, int from, int until) {
    for (int index = from; index < until; index++) {
      int level = samples[index] >> SECOND_SHIFT;
      int positive = level & ~(level >> 31);
      samples[index] = (positive | ((255 - positive) >> 31)) & 255;
    }
  }
}
