package io.groundstream.evaluation.metric;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * CIDEr as pycocoevalcap computes it, which is CIDEr-D: for n-grams of one to four words, the
 * similarity of the tf-idf vectors of a caption and each reference, with counts clipped to the
 * reference's and a Gaussian penalty of the difference in length (σ = 6, length in bigrams); the
 * mean over n and references, times 10.
 *
 * <p>The inverse document frequency comes from the references of the evaluated images themselves,
 * so a score depends on the whole set, and is 0 if there is one image only. Papers print 100 times
 * the value. Immutable.
 */
public final class CiderD {
  private static final int LONGEST = 4;
  private static final double SIGMA = 6;

  private final Map<List<String>, Integer> documentFrequency = new HashMap<>();
  private final double logDocuments;

  /** The tf-idf vectors of one caption by the length of their n-grams, their norms, its length. */
  private record Vectors(List<Map<List<String>, Double>> byLength, double[] norms, int bigrams) {}

  /**
   * Creates the metric for a set of images.
   *
   * @param references for each image, the words of each of its references
   */
  public CiderD(List<List<List<String>>> references) {
    for (List<List<String>> ofImage : references) {
      Set<List<String>> present = new HashSet<>();
      for (List<String> reference : ofImage) {
        present.addAll(counts(reference).keySet());
      }
      present.forEach(ngram -> documentFrequency.merge(ngram, 1, Integer::sum));
    }
    logDocuments = Math.log(references.size());
  }

  /** Returns the score of one image's caption, in [0, 10]. */
  public double score(List<String> candidate, List<List<String>> references) {
    Vectors own = vectors(candidate);
    double sum = 0;
    for (List<String> reference : references) {
      sum += similarity(own, vectors(reference));
    }
    return 10 * sum / references.size();
  }

  private static double similarity(Vectors candidate, Vectors reference) {
    double difference = candidate.bigrams() - reference.bigrams();
    double penalty = Math.exp(-difference * difference / (2 * SIGMA * SIGMA));
    double sum = 0;
    for (int index = 0; index < LONGEST; index++) {
      Map<List<String>, Double> expected = reference.byLength().get(index);
      double product = 0;
      for (Map.Entry<List<String>, Double> entry : candidate.byLength().get(index).entrySet()) {
        double weight = expected.getOrDefault(entry.getKey(), 0.0);
        product += Math.min(entry.getValue(), weight) * weight;
      }
      double norms = candidate.norms()[index] * reference.norms()[index];
      sum += (norms == 0 ? product : product / norms) * penalty;
    }
    return sum / LONGEST;
  }

  private Vectors vectors(List<String> words) {
    List<Map<List<String>, Double>> byLength =
        List.of(new HashMap<>(), new HashMap<>(), new HashMap<>(), new HashMap<>());
    double[] norms = new double[LONGEST];
    counts(words)
        .forEach(
            (ngram, count) -> {
              int frequency = Math.max(1, documentFrequency.getOrDefault(ngram, 0));
              double weight = count * (logDocuments - Math.log(frequency));
              byLength.get(ngram.size() - 1).put(ngram, weight);
              norms[ngram.size() - 1] += weight * weight;
            });
    for (int index = 0; index < LONGEST; index++) {
      norms[index] = Math.sqrt(norms[index]);
    }
    return new Vectors(byLength, norms, Math.max(0, words.size() - 1));
  }

  private static Map<List<String>, Integer> counts(List<String> words) {
    Map<List<String>, Integer> counts = new HashMap<>();
    for (int length = 1; length <= LONGEST; length++) {
      for (int start = 0; start + length <= words.size(); start++) {
        counts.merge(List.copyOf(words.subList(start, start + length)), 1, Integer::sum);
      }
    }
    return counts;
  }
}
