package io.groundstream.kosmos2.engine;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A number that is lowered when the device runs out of memory and doubles again, up to where it
 * began, when some time has passed without that: what took the memory may be gone. If growing turns
 * out to be in vain, the next attempt comes after twice the time, so that a device which is too
 * small is seldom tried. Used by the engine's thread alone.
 */
final class Limit {
  private static final Duration FIRST_WAIT = Duration.ofMinutes(2);
  private static final Duration LONGEST_WAIT = Duration.ofHours(1);

  private final int most;
  private final LongSupplier nanoTime;
  private int value;
  private Duration wait = FIRST_WAIT;
  private long changedNanos;

  /** Whether the last change was growth. */
  private boolean grown;

  Limit(int most, LongSupplier nanoTime) {
    this.most = most;
    this.nanoTime = nanoTime;
    this.value = most;
  }

  int get() {
    return value;
  }

  /** Lowers the limit; not below 1, and never raises it. */
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

  /** Doubles the limit if it was lowered long enough ago; returns whether it did. */
  boolean mayGrow() {
    if (value == most || nanoTime.getAsLong() - changedNanos < wait.toNanos()) {
      return false;
    }
    value = (int) Math.min(most, 2L * value);
    changedNanos = nanoTime.getAsLong();
    grown = true;
    return true;
  }

  /** Returns how long after the last change it grows. */
  Duration growsAfter() {
    return wait;
  }
}
