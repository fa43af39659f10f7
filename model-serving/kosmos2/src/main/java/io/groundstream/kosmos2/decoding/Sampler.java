package io.groundstream.kosmos2.decoding;

import java.util.Arrays;

/**
 * Draws tokens as {@link Sampling} says. The random number of a token depends on the seed and the
 * token's index in the answer alone, so that an answer is the same in any batch, after any restart
 * and on any JDK.
 */
final class Sampler {
  /** The increment of SplitMix64, an odd number without structure. */
  private static final long GAMMA = 0x9E3779B97F4A7C15L;

  /** Scores that are smaller than the largest by more than this are searched only if needed. */
  private static final float NEAR = 12;

  private final Sampling sampling;

  Sampler(Sampling sampling) {
    this.sampling = sampling;
  }

  /**
   * Draws a token.
   *
   * @param scores the processed logits; modified
   * @param index the index of the token in the answer
   * @return the token's id; -1 if all are excluded
   */
  int draw(float[] scores, int index) {
    float temperature = (float) sampling.temperature();
    int best = Scores.best(scores);
    if (best < 0) {
      return -1;
    }
    if (temperature != 1) {
      for (int token = 0; token < scores.length; token++) {
        scores[token] /= temperature;
      }
    }
    float largest = scores[best];
    int[] kept =
        sampling.topK() > 0
            ? largest(scores, largest, sampling.topK())
            : Scores.above(scores, Float.NEGATIVE_INFINITY);
    if (sampling.topP() < 1) {
      kept = nucleus(scores, largest, kept);
    }
    double left = uniform(sampling.seed(), index) * mass(scores, largest, kept);
    for (int token : kept) {
      left -= weight(scores[token], largest);
      if (left < 0) {
        return token;
      }
    }
    // Rounding may leave a little.
    return kept[kept.length - 1];
  }

  /** StrictMath is the same on every machine; Math may differ in the last bit. */
  private static double weight(float score, float largest) {
    return StrictMath.exp((double) score - largest);
  }

  private static double mass(float[] scores, float largest, int[] tokens) {
    double mass = 0;
    for (int token : tokens) {
      mass += weight(scores[token], largest);
    }
    return mass;
  }

  /** Returns the tokens of the {@code count} largest scores, in falling order. */
  private static int[] largest(float[] scores, float largest, int count) {
    int[] near = Scores.above(scores, largest - NEAR);
    int[] tokens = near.length >= count ? near : Scores.above(scores, Float.NEGATIVE_INFINITY);
    int[] ordered = Scores.descending(scores, tokens);
    return ordered.length > count ? Arrays.copyOf(ordered, count) : ordered;
  }

  /**
   * Returns the fewest tokens of those given that have a share of top-p of their mass, in falling
   * order. A token is dropped if those before it have enough, as in the reference.
   */
  private int[] nucleus(float[] scores, float largest, int[] kept) {
    double wanted = sampling.topP() * mass(scores, largest, kept);
    int[] near = Arrays.stream(kept).filter(token -> scores[token] > largest - NEAR).toArray();
    int[] nearest = prefix(scores, largest, Scores.descending(scores, near), wanted);
    boolean enough = mass(scores, largest, nearest) >= wanted;
    return enough ? nearest : prefix(scores, largest, Scores.descending(scores, kept), wanted);
  }

  private static int[] prefix(float[] scores, float largest, int[] ordered, double wanted) {
    double mass = 0;
    int count = 0;
    while (count < ordered.length && mass < wanted) {
      mass += weight(scores[ordered[count++]], largest);
    }
    return Arrays.copyOf(ordered, count);
  }

  /**
   * Returns a number in [0, 1) by the output function of SplitMix64 (Steele, Lea and Flood, "Fast
   * splittable pseudorandom number generators", 2014), as the element {@code index} of a sequence
   * whose start is the mixed seed, so that neighbouring seeds are unrelated.
   */
  static double uniform(long seed, int index) {
    long bits = mix(mix(seed + GAMMA) + (index + 1L) * GAMMA);
    return (bits >>> 11) * 0x1.0p-53;
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
