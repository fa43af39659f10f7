package io.groundstream.images;

import java.util.Arrays;

/**
 * Computes the inverse discrete cosine transform of a component's blocks. Blocks are collected and
 * transformed in batches. Each position of a coefficient has one array with an element per block,
 * so that every step is a loop over blocks, which the JVM vectorises. Samples are stored in the
 * order of {@link JpegColumns}.
 */
final class JpegTransform {
  private static final int SIDE = JpegComponent.BLOCK;

  /** Coefficients up to this one in zigzag order are all in the first four rows and columns. */
  private static final int SMALL_EXTENT = 9;

  /**
   * The most blocks in a batch. With fewer, loops spend their time on the elements before and after
   * those that fill vectors; more do not fit into a processor's nearer caches.
   */
  private static final int MAX_AT_ONCE = 256;

  /** The length of a vector; batches are rounded up to a multiple of it. */
  private static final int LANES = 16;

  private final int[][] inputs;
  private final int[][] between;
  private final int[][] outputs;

  /** The number of blocks in the batch; below, the largest extent of one. */
  private int waiting;

  private int most;

  /** The ends of runs of blocks whose samples are adjacent; below, the runs' targets. */
  private final int[] runEnds = new int[MAX_AT_ONCE];

  private final int[] runTargets = new int[MAX_AT_ONCE];
  private int runs;
  private int runStart;
  private int target;

  private final int[] samples;
  private final int stride;
  private final int[] columns = new int[SIDE];

  /** Creates a transform of a component's blocks that writes samples to a plane. */
  JpegTransform(JpegComponent component, JpegPlane plane) {
    int all = component.unitsAcross * component.vertical;
    int batches = (all + MAX_AT_ONCE - 1) / MAX_AT_ONCE;
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

  /** Sets the target of the next block's first sample; those of further blocks are next to it. */
  void start(int place) {
    endRun();
    target = place;
  }

  /**
   * Adds a block to the batch; it is transformed with {@link #finish} at the latest.
   *
   * @param extent the block's last coefficient in zigzag order that may differ from zero
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

  /** Transforms the waiting blocks. */
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
   * Transforms columns and then rows.
   *
   * @param size the number of first rows and columns that may have coefficients
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

  /** Copies a sample of each block to its position in the plane. */
  private void put(int[] levels, int offset) {
    int from = 0;
    for (int run = 0; run < runs; run++) {
      System.arraycopy(levels, from, samples, runTargets[run] + offset, runEnds[run] - from);
      from = runEnds[run];
    }
  }
}
