package io.groundstream.kosmos2.text;

import java.util.List;

/**
 * How probable the model finds a given continuation of a prompt.
 *
 * @param text the continuation, as given
 * @param tokens the ids of the continuation
 * @param logProbabilities the natural logarithm of each token's probability, given the prompt and
 *     the tokens before it; at most 0
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record CandidateScore(String text, int[] tokens, float[] logProbabilities) {

  /** By which number candidates are compared. */
  public enum Ranking {
    /** The sum of the logarithms: the probability of the continuation. Favours short ones. */
    SUM("sum"),
    /** The mean of the logarithms, as in Kosmos-2's evaluation on SEED-Bench. */
    MEAN("mean");

    private final String id;

    Ranking(String id) {
      this.id = id;
    }

    /** Returns the stable identifier. */
    public String id() {
      return id;
    }

    /** Returns the stable identifier. */
    @Override
    public String toString() {
      return id;
    }
  }

  /** Returns the sum of the logarithms. */
  public double sum() {
    double sum = 0;
    for (float logarithm : logProbabilities) {
      sum += logarithm;
    }
    return sum;
  }

  /** Returns the mean of the logarithms. */
  public double mean() {
    return sum() / logProbabilities.length;
  }

  /** Returns the probability of each token, in [0, 1]. */
  public float[] probabilities() {
    float[] probabilities = new float[logProbabilities.length];
    for (int token = 0; token < probabilities.length; token++) {
      probabilities[token] = (float) Math.exp(logProbabilities[token]);
    }
    return probabilities;
  }

  /** Returns the index of the best of at least one candidate; of equal ones, the first. */
  public static int best(List<CandidateScore> scores, Ranking ranking) {
    int best = 0;
    for (int index = 1; index < scores.size(); index++) {
      if (scores.get(index).by(ranking) > scores.get(best).by(ranking)) {
        best = index;
      }
    }
    return best;
  }

  private double by(Ranking ranking) {
    return switch (ranking) {
      case SUM -> sum();
      case MEAN -> mean();
    };
  }
}
