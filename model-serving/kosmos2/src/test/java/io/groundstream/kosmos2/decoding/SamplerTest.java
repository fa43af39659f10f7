package io.groundstream.kosmos2.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class SamplerTest {
  private static final int DRAWS = 20_000;

  /** The 99.9 % quantiles of chi-square by degrees of freedom. */
  private static final double[] QUANTILES = {1e-6, 10.83, 13.82, 16.27, 18.47, 20.52, 22.46, 24.32};

  private static final float[] LOGITS = {1.5f, -2, 0.25f, 3, 2.75f, -1, 0, 1.5f};

  private static double[] softmax(float[] logits, double temperature) {
    double[] weights = new double[logits.length];
    double total = 0;
    for (int token = 0; token < logits.length; token++) {
      weights[token] = Math.exp(logits[token] / temperature);
      total += weights[token];
    }
    for (int token = 0; token < logits.length; token++) {
      weights[token] /= total;
    }
    return weights;
  }

  /** Fixed seeds make the bound hold or fail for good. */
  private static void assertDistribution(Sampling how, double[] expected) {
    int[] counts = new int[expected.length];
    for (int seed = 0; seed < DRAWS; seed++) {
      Sampling sampling = new Sampling(how.temperature(), how.topK(), how.topP(), seed);
      counts[new Sampler(sampling).draw(LOGITS.clone(), seed % 7)]++;
    }
    double chiSquare = 0;
    int kinds = 0;
    for (int token = 0; token < expected.length; token++) {
      if (expected[token] == 0) {
        assertThat(counts[token]).as("token %d", token).isZero();
      } else {
        double mean = expected[token] * DRAWS;
        chiSquare += (counts[token] - mean) * (counts[token] - mean) / mean;
        kinds++;
      }
    }
    assertThat(chiSquare).isLessThan(QUANTILES[kinds - 1]);
  }

  private static double[] only(double[] probabilities, int... tokens) {
    double[] kept = new double[probabilities.length];
    double total = 0;
    for (int token : tokens) {
      total += probabilities[token];
    }
    for (int token : tokens) {
      kept[token] = probabilities[token] / total;
    }
    return kept;
  }

  @Test
  void tokensAreDrawnWithTheirProbabilities() {
    assertDistribution(Sampling.DEFAULT, softmax(LOGITS, 1));
    assertDistribution(new Sampling(0.5, 0, 1, 0), softmax(LOGITS, 0.5));
    assertDistribution(new Sampling(4, 0, 1, 0), softmax(LOGITS, 4));
  }

  @Test
  void topKKeepsTheBestAndOfEqualsTheFirst() {
    assertDistribution(new Sampling(1, 2, 1, 0), only(softmax(LOGITS, 1), 3, 4));
    assertDistribution(new Sampling(2, 3, 1, 0), only(softmax(LOGITS, 2), 3, 4, 0));
    assertDistribution(new Sampling(1, 1, 1, 0), only(softmax(LOGITS, 1), 3));
    assertDistribution(new Sampling(1, 100, 1, 0), softmax(LOGITS, 1));
  }

  /** The probabilities are 0.44, 0.35, 0.10, 0.10 and less. */
  @Test
  void topPKeepsTheFewestTokensWithEnoughProbability() {
    double[] all = softmax(LOGITS, 1);
    assertDistribution(new Sampling(1, 0, 0.01, 0), only(all, 3));
    assertDistribution(new Sampling(1, 0, all[3] + 0.001, 0), only(all, 3, 4));
    assertDistribution(new Sampling(1, 0, all[3] + all[4] + 0.001, 0), only(all, 3, 4, 0));
    assertDistribution(new Sampling(1, 0, 0.999999, 0), all);
    // Top-k comes first, so that the mass is that of the tokens it keeps.
    double ofTwo = all[3] / (all[3] + all[4]);
    assertDistribution(new Sampling(1, 2, ofTwo - 0.001, 0), only(all, 3));
    assertDistribution(new Sampling(1, 2, ofTwo + 0.001, 0), only(all, 3, 4));
  }

  @Test
  void aFlatDistributionIsSearchedBeyondItsPeak() {
    // The peak has half of the mass; the others are 13 below it.
    float[] scores = new float[(int) Math.exp(13) + 2];
    scores[5] = 13;
    boolean[] seen = new boolean[2];
    for (int seed = 0; seed < 40; seed++) {
      int token = new Sampler(new Sampling(1, 0, 0.75, seed)).draw(scores.clone(), 0);
      seen[token == 5 ? 0 : 1] = true;
      // Half of the others have a quarter of the mass: those of the lowest ids.
      assertThat(token).isLessThan(scores.length / 2 + 3);
    }
    assertThat(seen).containsOnly(true);
  }

  @Test
  void randomNumbersDependOnSeedAndIndexAlone() {
    assertThat(Sampler.uniform(7, 3)).isEqualTo(Sampler.uniform(7, 3));
    // Pins the generator: another JDK or release must draw the same.
    assertThat(Sampler.uniform(0, 0)).isEqualTo(0.6524484863740322);
    assertThat(Sampler.uniform(-1, 2047)).isEqualTo(0.14657925565709085);
    Random seeds = new Random(1);
    double sum = 0;
    for (int i = 0; i < 10_000; i++) {
      double number = Sampler.uniform(seeds.nextLong(), i % 100);
      assertThat(number).isBetween(0.0, Math.nextDown(1.0));
      sum += number;
    }
    assertThat(sum / 10_000).isBetween(0.49, 0.51);
  }

  @Test
  void excludedTokensAreNeverDrawn() {
    float[] scores = {Float.NEGATIVE_INFINITY, 1, Float.NEGATIVE_INFINITY};
    assertThat(new Sampler(Sampling.DEFAULT).draw(scores.clone(), 0)).isEqualTo(1);
    assertThat(new Sampler(new Sampling(1, 2, 0.5, 0)).draw(scores.clone(), 0)).isEqualTo(1);
    float[] none = {Float.NEGATIVE_INFINITY};
    assertThat(new Sampler(Sampling.DEFAULT).draw(none, 0)).isEqualTo(-1);
  }
}
