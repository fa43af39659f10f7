package io.groundstream.console.view;

/**
 * How much was processed in each of the last seconds, by processing time: results become visible in
 * bursts, with checkpoints, but are not made in bursts. Thread-safe.
 */
final class Throughput {
  /** How far it looks back. */
  static final int SECONDS = 60;

  private final int[] counts = new int[SECONDS];
  private long newest = Long.MIN_VALUE;

  /**
   * Counts one.
   *
   * @param timeMillis when it was processed
   * @param nowMillis the time now
   */
  synchronized void count(long timeMillis, long nowMillis) {
    long now = forward(nowMillis);
    // The clock of the job may be ahead of this one; nothing is counted in the future.
    long second = Math.min(Math.floorDiv(timeMillis, 1000L), now);
    if (second > now - SECONDS) {
      counts[index(second)]++;
    }
  }

  /** Returns the counts of the last seconds, the current one last. */
  synchronized int[] counts(long nowMillis) {
    long now = forward(nowMillis);
    int[] result = new int[SECONDS];
    for (int back = 0; back < SECONDS; back++) {
      result[SECONDS - 1 - back] = counts[index(now - back)];
    }
    return result;
  }

  private long forward(long nowMillis) {
    long now = Math.max(newest, Math.floorDiv(nowMillis, 1000L));
    long gone = newest == Long.MIN_VALUE ? SECONDS : Math.min(SECONDS, now - newest);
    for (long back = 0; back < gone; back++) {
      counts[index(now - back)] = 0;
    }
    newest = now;
    return now;
  }

  private static int index(long second) {
    return (int) Math.floorMod(second, (long) SECONDS);
  }
}
