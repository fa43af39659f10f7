package io.groundstream.kosmos2.program;

import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import io.groundstream.kosmos2.checkpoint.TextConfig;

/**
 * How a CPU's threads share a call into the network: either each thread computes a part of the
 * rows, or all threads share every operation. With enough rows, parts are faster, because threads
 * synchronise once instead of at each of hundreds of operations. A step of a large network,
 * however, spends most of its time reading the weights, which shared operations read once for all
 * rows.
 *
 * @param parts the number of parts into which the rows are divided
 * @param threads the number of threads that share an operation
 */
record Division(int parts, int threads) {
  /** One part, computed by the calling thread alone. */
  static final Division NONE = new Division(1, 1);

  /**
   * A layer with at most this many weights fits into a core's own cache and is computed quickly.
   */
  private static final long SMALL_LAYER = 1 << 20;

  /** The number of rows in a small network's step that justify a thread of their own. */
  private static final int STEP_ROWS = 16;

  /** The minimum share of threads that parts must keep busy. */
  private static final double MIN_SHARE = 0.7;

  /** Returns whether a network's operations are too short to be shared. */
  static boolean isSmall(Kosmos2Config config) {
    TextConfig text = config.text();
    return (4L * text.embedDim() + 2L * text.ffnDim()) * text.embedDim() <= SMALL_LAYER;
  }

  /** Returns the division of a call for images or prompts. */
  static Division ofPrompts(int rows, int threads, boolean small) {
    int rounds = (rows + threads - 1) / threads;
    double share = (double) rows / (rounds * threads);
    if (small || share >= MIN_SHARE) {
      return new Division(Math.min(rows, threads), 1);
    }
    return new Division(1, threads);
  }

  /** Returns the division of a decode step. */
  static Division ofStep(int rows, int threads, boolean small) {
    return small
        ? new Division(Math.max(1, Math.min(threads, rows / STEP_ROWS)), 1)
        : new Division(1, threads);
  }
}
