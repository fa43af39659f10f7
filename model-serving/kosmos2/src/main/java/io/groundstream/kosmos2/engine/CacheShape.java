package io.groundstream.kosmos2.engine;

/**
 * The shape of the key/value cache: slots × tokens per slot, within a budget of tokens. Most
 * sequences are short, so that all slots fit; a long one needs longer slots, and there are fewer
 * slots while it runs.
 *
 * @param slots the number of sequences
 * @param length the number of tokens per slot
 */
record CacheShape(int slots, int length) {
  /** Enough for the prompt of any task and an answer of ordinary length. */
  static final int ORDINARY_LENGTH = 256;

  /**
   * The tokens by which slots grow, and by which a CPU's memory is occupied as sequences get
   * longer.
   */
  private static final int LENGTH_STEP = 64;

  /**
   * Returns the shape for sequences of up to {@code needed} tokens: as many slots as the budget of
   * {@code maxBatchSize} ordinary sequences allows, at least one.
   */
  static CacheShape forLength(int needed, int maxBatchSize) {
    int length = Math.max(ORDINARY_LENGTH, rounded(needed));
    long budget = (long) maxBatchSize * ORDINARY_LENGTH;
    return new CacheShape((int) Math.max(1, Math.min(maxBatchSize, budget / length)), length);
  }

  /** Returns the tokens of a slot that are occupied by a sequence of {@code tokens} tokens. */
  static int rounded(int tokens) {
    return (tokens + LENGTH_STEP - 1) / LENGTH_STEP * LENGTH_STEP;
  }
}
