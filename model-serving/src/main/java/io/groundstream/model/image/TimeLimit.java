package io.groundstream.model.image;

import io.groundstream.model.GroundingErrorCode;
import io.groundstream.model.GroundingException;
import java.time.Duration;

/**
 * How long one picture may keep its thread. Decoders ask now and then, at least once for every row
 * or every few thousand steps; so what is over is told soon, and not at the very moment. For one
 * thread.
 */
final class TimeLimit {
  private final Duration most;
  private final long startNanos = System.nanoTime();
  private final long mostNanos;

  /** Starts now. */
  TimeLimit(Duration most) {
    this.most = most;
    this.mostNanos = most.toNanos();
  }

  boolean isOver() {
    return System.nanoTime() - startNanos > mostNanos;
  }

  /**
   * Asks, which takes some ten nanoseconds.
   *
   * @throws GroundingException if the time is over
   */
  void check() throws GroundingException {
    if (isOver()) {
      throw new GroundingException(
          GroundingErrorCode.DECODING_TIMEOUT,
          "decoding takes longer than "
              + most.toMillis()
              + " ms (expected: at most that; raise the limit if the picture is meant)");
    }
  }
}
