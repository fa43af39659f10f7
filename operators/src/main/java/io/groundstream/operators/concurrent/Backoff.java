package io.groundstream.operators.concurrent;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongUnaryOperator;

/**
 * Pauses between attempts, each drawn between half of a bound and the whole. The bound grows by a
 * factor with each failed attempt, up to a longest: also then the pauses of callers that failed
 * together differ. Thread-safe.
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
   * @param factor by how much each bound is longer than the one before it
   * @param longest the bound that is not exceeded
   */
  public static Backoff of(Duration first, int factor, Duration longest) {
    return new Backoff(
        first.toMillis(),
        factor,
        longest.toMillis(),
        bound -> ThreadLocalRandom.current().nextLong(bound));
  }

  /**
   * Returns the same pauses with another chance.
   *
   * @param random returns a number from zero to below its argument
   */
  public Backoff drawnBy(LongUnaryOperator random) {
    return new Backoff(firstMillis, factor, longestMillis, random);
  }

  /**
   * Draws the pause after an attempt. Each call draws anew: compare with a deadline what is slept.
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
