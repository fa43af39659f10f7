package io.groundstream.kosmos2.engine;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A limit that is lowered when the device runs out of memory, and doubles again, up to its initial
 * value, after some time without such a failure, since the memory may have been freed. If the
 * device runs out of memory after growth, the next attempt comes after twice the time, so that
 * growth is rarely tried on a device that is too small. Confined to the engine's thread.
 */
final class Limit {
  private static final Duration FIRST_WAIT = Duration.ofMinutes(2);
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private final int max;
  private final LongSupplier nanoTime;
  private int value;
  private Duration wait = FIRST_WAIT;
  private long changedNanos;

  /** Whether the last change was growth. */
  private boolean grown;

  Limit(int max, LongSupplier nanoTime) {
    this.max = max;
    this.nanoTime = nanoTime;
    this.value = max;
  }

  int get() {
    return value;
  }

  /** Lowers the limit to at least 1; never raises it. */
  void lower(int to) {
    long now = nanoTime.getAsLong();
    if (grown) {
      Duration twice = wait.multipliedBy(2);
      boolean inVain = now - changedNanos < LONGEST_WAIT.toNanos();
      wait = !inVain ? FIRST_WAIT : twice.compareTo(LONGEST_WAIT) < 0 ? twice : LONGEST_WAIT;
    }
    grown = false;
    value = Math.max(1, Math.min(value, to));
    changedNanos = now;
  }

  /** Doubles the limit if the last change was long enough ago; returns whether it did. */
  boolean mayGrow() {
    if (value == max || nanoTime.getAsLong() - changedNanos < wait.toNanos()) {
      return false;
    }
    value = (int) Math.min(max, 2L * value);
    changedNanos = nanoTime.getAsLong();
    grown = true;
    return true;
  }

  /** Returns the time between the last change and the next growth. */
  Duration growsAfter() {
    return wait;
  }
}
