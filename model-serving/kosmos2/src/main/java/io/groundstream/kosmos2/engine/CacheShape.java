package io.groundstream.kosmos2.engine;

/**
 * How the memory of the key/value cache is divided: slots × tokens a slot, within a budget of
 * tokens. Sequences are short as a rule, so that all slots fit; a long one gets a longer slot, and
 * for that time there are fewer of them.
 *
 * @param slots how many sequences fit
 * @param length how many tokens of each fit
 */
record CacheShape(int slots, int length) {
  /** Enough for every task's prompt and an answer of ordinary length. */
  static final int ORDINARY_LENGTH = 256;

  private static final int LENGTH_STEP = 64;

  /**
   * Returns the shape for sequences of up to {@code needed} tokens: as many slots as the budget of
   * {@code maxBatchSize} ordinary sequences allows, at least one.
   */
  static CacheShape forLength(int needed, int maxBatchSize) {
    int length = Math.max(ORDINARY_LENGTH, (needed + LENGTH_STEP - 1) / LENGTH_STEP * LENGTH_STEP);
    long budget = (long) maxBatchSize * ORDINARY_LENGTH;
    return new CacheShape((int) Math.max(1, Math.min(maxBatchSize, budget / length)), length);
  }
}
