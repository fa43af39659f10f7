package io.groundstream.operators.concurrent;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongUnaryOperator;

/**
 * Pauses between attempts, each drawn between half of a bound and the whole bound, so that callers
 * that failed together do not retry together. The bound grows by a factor with each failed attempt,
 * up to a maximum. Thread-safe.
 */
public final class Backoff {
  private final long firstMillis;
  private final int factor;
  private final long longestMillis;
  private final LongUnaryOperator random;

  private Backoff(long firstMillis, int factor, long longestMillis, LongUnaryOperator random) {
    this.firstMillis = firstMillis;
    this.factor = factor;
    this.longestMillis = longestMillis;
    this.random = random;
  }

  /**
   * Returns growing pauses.
   *
   * @param first the bound of the pause after the first attempt
   * @param factor the factor from each bound to the next
   * @param longest the maximum of the bounds
   */
  public static Backoff of(Duration first, int factor, Duration longest) {
    return new Backoff(
        first.toMillis(),
        factor,
        longest.toMillis(),
        bound -> ThreadLocalRandom.current().nextLong(bound));
  }

  /**
   * Returns the same pauses with another source of random numbers.
   *
   * @param random returns a number from zero to below its argument
   */
  public Backoff drawnBy(LongUnaryOperator random) {
    return new Backoff(firstMillis, factor, longestMillis, random);
  }

  /**
   * Draws the pause after an attempt. Each call draws again, so the pause that is compared with a
   * deadline has to be the one that is slept.
   *
   * @param attempt how many attempts have failed; the first is 1
   */
  public long pauseMillis(int attempt) {
    long bound = firstMillis;
    for (int i = 1; i < attempt && bound < longestMillis; i++) {
      bound *= factor;
    }
    bound = Math.min(bound, longestMillis);
    return bound / 2 + random.applyAsLong(bound / 2 + 1);
  }
}
