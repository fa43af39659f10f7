package io.groundstream.kosmos2.engine;

import java.time.Duration;

/**
 * Estimates of the time to encode an image and to prefill a prompt, from the latest calls. Confined
 * to the engine's thread.
 */
final class StartTimes {
  // Guesses until the first measurements.
  private long imageNanos = Duration.ofMillis(100).toNanos();
  private long tokenNanos = Duration.ofNanos(100_000).toNanos();

  void encoded(int images, long nanos) {
    imageNanos = nanos / images;
  }

  void prefilled(int tokens, long nanos) {
    tokenNanos = nanos / tokens;
  }

  /**
   * Returns the estimated time to start a sequence in a group, in nanoseconds.
   *
   * @param encoding whether its image must be encoded
   */
  long of(Sequence sequence, boolean encoding) {
    return (encoding ? imageNanos : 0) + sequence.request().promptIds().length * tokenNanos;
  }
}
