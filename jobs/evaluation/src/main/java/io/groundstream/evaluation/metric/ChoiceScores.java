package io.groundstream.evaluation.metric;

import java.util.List;

/** The choice that a model finds most likely, of several continuations of one context. */
public final class ChoiceScores {
  /** How the log probabilities of a choice's tokens make its score. */
  public enum Rule {
    /** Their mean, as in the authors' evaluation of SEED-Bench. */
    MEAN,
    /** Their sum, the likelihood of the whole text. */
    SUM
  }

  private ChoiceScores() {}

  /**
   * Returns the index of the choice with the largest score; of equal ones, the first.
   *
   * @param logProbabilities for each choice, the natural logarithms of its tokens' probabilities
   * @throws IllegalArgumentException if there is no choice, or one has no tokens
   */
  public static int best(List<double[]> logProbabilities, Rule rule) {
    if (logProbabilities.isEmpty()) {
      throw new IllegalArgumentException("choices: 0 (expected: >= 1)");
    }
    int best = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (int index = 0; index < logProbabilities.size(); index++) {
      double score = score(logProbabilities.get(index), rule);
      if (score > most) {
        most = score;
        best = index;
      }
    }
    return best;
  }

  private static double score(double[] tokens, Rule rule) {
    if (tokens.length == 0) {
      throw new IllegalArgumentException("tokens of a choice: 0 (expected: >= 1)");
    }
    double sum = 0;
    for (double token : tokens) {
      sum += token;
    }
    return rule == Rule.MEAN ? sum / tokens.length : sum;
  }
}
