package io.groundstream.kosmos2.program;

import io.groundstream.kosmos2.checkpoint.Kosmos2Config;
import io.groundstream.kosmos2.checkpoint.TextConfig;

/**
 * How a CPU's threads share a call into the network: either each computes a part of the rows by
 * itself, or all of them share every operation. Where there are enough rows, parts are faster:
 * threads wait for each other once, and not at each of some hundred operations. A step of a large
 * network, though, takes most of its time for reading the weights, which is then done once for all
 * rows.
 *
 * @param parts into which the rows are divided
 * @param threads that share an operation
 */
record Division(int parts, int threads) {
  /** One part, computed by the calling thread alone. */
  static final Division NONE = new Division(1, 1);

  /** A layer of so many weights fits into a core's own cache, and is computed in no time. */
  private static final long SMALL_LAYER = 1 << 20;

  /** So many rows of a small network's step are worth a thread of their own. */
  private static final int STEP_ROWS = 16;

  /** Parts must not leave a larger share of the threads idle than this leaves busy. */
  private static final double LEAST_SHARE = 0.7;

  /** Whether operations are too short to be shared. */
  static boolean isSmall(Kosmos2Config config) {
    TextConfig text = config.text();
    return (4L * text.embedDim() + 2L * text.ffnDim()) * text.embedDim() <= SMALL_LAYER;
  }

  /** For images or prompts. */
  static Division ofPrompts(int rows, int threads, boolean small) {
    int rounds = (rows + threads - 1) / threads;
    double share = (double) rows / (rounds * threads);
    if (small || share >= LEAST_SHARE) {
      return new Division(Math.min(rows, threads), 1);
    }
    return new Division(1, threads);
  }

  /** For a decode step. */
  static Division ofStep(int rows, int threads, boolean small) {
    return small
        ? new Division(Math.max(1, Math.min(threads, rows / STEP_ROWS)), 1)
        : new Division(1, threads);
  }
}
