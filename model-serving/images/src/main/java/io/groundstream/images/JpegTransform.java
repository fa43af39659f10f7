package io.groundstream.images;

import java.util.Arrays;

/**
 * The inverse discrete cosine transform of a component's blocks. They are collected, and many are
 * transformed at once: their coefficients of one place stand in one array, a block in each element,
 * so that every step is a loop over blocks, which becomes vector instructions. Samples leave as
 * they come, in the order of {@link JpegColumns}.
 */
final class JpegTransform {
  private static final int SIDE = JpegComponent.BLOCK;

  /** Up to this coefficient in zigzag order only the first four rows and columns have any. */
  private static final int SMALL_EXTENT = 9;

  /**
   * How many blocks are transformed at once, at most. Loops over fewer spend their time on the
   * elements before and behind those that fill vectors; more leave a processor's nearer caches.
   */
  private static final int MOST_AT_ONCE = 256;

  /** As many blocks are transformed as are a multiple of this, a vector's length. */
  private static final int LANES = 16;

  private final int[][] inputs;
  private final int[][] between;
  private final int[][] outputs;

  /** How many blocks of the batch there are, and the largest extent of one. */
  private int waiting;

  private int most;

  /** The runs of blocks whose samples stand side by side: where each ends, and where it goes. */
  private final int[] runEnds = new int[MOST_AT_ONCE];

  private final int[] runTargets = new int[MOST_AT_ONCE];
  private int runs;
  private int runStart;
  private int target;

  private final int[] samples;
  private final int stride;
  private final int[] columns = new int[SIDE];

  /** Creates a transform of a component's blocks, whose samples go to a plane. */
  JpegTransform(JpegComponent component, JpegPlane plane) {
    int all = component.unitsAcross * component.vertical;
    int batches = (all + MOST_AT_ONCE - 1) / MOST_AT_ONCE;
    int blocks = (all + batches - 1) / batches;
    int atOnce = lanes(blocks);
    this.inputs = new int[SIDE * SIDE][atOnce];
    this.between = new int[SIDE * SIDE][atOnce];
    this.outputs = new int[SIDE][atOnce];
    this.samples = plane.samples;
    this.stride = plane.stride;
    for (int column = 0; column < SIDE; column++) {
      columns[column] = plane.column(column);
    }
  }

  /** Says where the first sample of the next block goes; those of further ones stand next to it. */
  void start(int place) {
    endRun();
    target = place;
  }

  /**
   * Transforms a block, at the latest with {@link #finish}.
   *
   * @param extent its last coefficient in zigzag order that may differ from zero
   */
  void inverse(short[] coefficients, int at, int extent, int[] quantization) {
    int[][] places = inputs;
    int[] zigzag = JpegTables.ZIGZAG;
    int block = waiting;
    for (int index = 0; index <= extent; index++) {
      int place = zigzag[index];
      places[place][block] = coefficients[at + place] * quantization[place];
    }
    most = Math.max(most, extent);
    waiting++;
    if (waiting == outputs[0].length) {
      finish();
    }
  }

  /** Transforms what waits. */
  void finish() {
    endRun();
    if (waiting > 0) {
      transformBatch(most <= SMALL_EXTENT ? SIDE / 2 : SIDE, lanes(waiting));
    }
    waiting = 0;
    most = 0;
    runs = 0;
    runStart = 0;
  }

  private static int lanes(int blocks) {
    return (blocks + LANES - 1) & -LANES;
  }

  private void endRun() {
    if (waiting > runStart) {
      runEnds[runs] = waiting;
      runTargets[runs] = target;
      runs++;
      target += waiting - runStart;
      runStart = waiting;
    }
  }

  /**
   * Transforms columns, and then rows.
   *
   * @param size how many of the first rows and columns may have coefficients
   */
  private void transformBatch(int size, int count) {
    for (int x = 0; x < size; x++) {
      JpegCosines.columns(inputs, between, x, size, count);
      for (int y = 0; y < size; y++) {
        Arrays.fill(inputs[x + y * SIDE], 0, count, 0);
      }
    }
    for (int y = 0; y < SIDE; y++) {
      JpegCosines.rows(between, y, size, outputs, count);
      for (int x = 0; x < SIDE; x++) {
        put(outputs[x], y * stride + columns[x]);
      }
    }
  }

  /** Moves a sample of each block to its place in the plane. */
  private void put(int[] levels, int offset) {
    int from = 0;
    for (int run = 0; run < runs; run++) {
      System.arraycopy(levels, from, samples, runTargets[run] + offset, runEnds[run] - from);
      from = runEnds[run];
    }
  }
}
