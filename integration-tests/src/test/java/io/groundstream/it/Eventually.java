package io.groundstream.it;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other processes do. */
final class Eventually {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private Eventually() {}

  /**
   * Asks again and again until the condition holds, and fails when it does not in time.
   *
   * @param expected what is waited for, told at the end
   */
  static void holds(Duration patience, String expected, Callable<Boolean> condition)
      throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("After " + patience + " there is not: " + expected);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
