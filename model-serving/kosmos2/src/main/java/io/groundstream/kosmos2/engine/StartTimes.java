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
   * @param images the number of its images that must be encoded
   * @param tokens the number of its tokens that must be read
   */
  long of(long images, long tokens) {
    return images * imageNanos + tokens * tokenNanos;
  }
}
