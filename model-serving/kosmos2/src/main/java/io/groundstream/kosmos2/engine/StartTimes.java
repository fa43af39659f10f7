package io.groundstream.kosmos2.engine;

import java.time.Duration;

/**
 * How long it takes to encode an image and to read a prompt, by the calls so far. Used by the
 * engine's thread alone.
 */
final class StartTimes {
  // Guesses, until it is known.
  private long imageNanos = Duration.ofMillis(100).toNanos();
  private long tokenNanos = Duration.ofNanos(100_000).toNanos();

  void encoded(int images, long nanos) {
    imageNanos = nanos / images;
  }

  void prefilled(int tokens, long nanos) {
    tokenNanos = nanos / tokens;
  }

  /**
   * Returns about how many nanoseconds it takes to start a sequence among others.
   *
   * @param encoding whether its image has to be encoded
   */
  long of(Sequence sequence, boolean encoding) {
    return (encoding ? imageNanos : 0) + sequence.request().promptIds().length * tokenNanos;
  }
}
