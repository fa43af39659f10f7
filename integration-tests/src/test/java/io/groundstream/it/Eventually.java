package io.groundstream.it;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for conditions that other processes fulfil. */
final class Eventually {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private Eventually() {}

  /**
   * Checks the condition repeatedly until it holds, and fails if it does not hold in time.
   *
   * @param expected the expected state, for the message
   */
  static void holds(Duration patience, String expected, Callable<Boolean> condition)
      throws Exception {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("After " + patience + " still not true: " + expected);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }
}
