package io.groundstream.evaluation.metric;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Recall of phrase grounding: the share of phrases for which one of the first k predicted boxes, in
 * order of writing, hits a true box. A phrase counts for each of its types and once for {@value
 * #ALL}. Not thread-safe.
 */
public final class GroundingRecall {
  /** The name of all phrases together. */
  public static final String ALL = "all";

  /** The k for all predicted boxes of a phrase. */
  public static final int UPPER_BOUND = -1;

  private static final List<Integer> CUTS = List.of(1, 5, 10, UPPER_BOUND);

  /** Which boxes of a phrase count as true. */
  public enum Protocol {
    /** Each box by itself, as the authors of Kosmos-2 did. */
    ANY_BOX("any box"),
    /** The smallest box around all of them. */
    MERGED_BOXES("merged boxes");

    private final String label;

    Protocol(String label) {
      this.label = label;
    }

    /** Returns the name in reports. */
    public String label() {
      return label;
    }
  }

  /** The phrases of one type, and how many were hit by their first k boxes. */
  private static final class Counts {
    private final int[] hits = new int[CUTS.size()];
    private int phrases;
  }

  /**
   * The recall at one k of the phrases of one type.
   *
   * @param k 1, 5, 10, or {@link #UPPER_BOUND}
   * @param recall from 0 to 1
   */
  public record Recall(String type, int k, double recall, int phrases) {}

  private final Protocol protocol;
  private final Map<String, Counts> countsByType = new TreeMap<>();

  public GroundingRecall(Protocol protocol) {
    this.protocol = protocol;
  }

  /**
   * Adds a phrase.
   *
   * @param types the phrase's types, such as people
   * @param predicted the predicted boxes in order of writing
   * @param truth the true boxes; at least one
   */
  public void add(Collection<String> types, List<PixelBox> predicted, List<PixelBox> truth) {
    List<PixelBox> targets =
        protocol == Protocol.MERGED_BOXES ? List.of(PixelBox.around(truth)) : truth;
    int firstHit = predicted.size();
    for (int index = 0; index < predicted.size() && firstHit == predicted.size(); index++) {
      if (targets.stream().anyMatch(predicted.get(index)::hits)) {
        firstHit = index;
      }
    }
    List<String> names = new ArrayList<>(types);
    names.add(ALL);
    for (String name : names) {
      Counts counts = countsByType.computeIfAbsent(name, unused -> new Counts());
      counts.phrases++;
      for (int cut = 0; cut < CUTS.size(); cut++) {
        int k = CUTS.get(cut);
        if (firstHit < predicted.size() && (k == UPPER_BOUND || firstHit < k)) {
          counts.hits[cut]++;
        }
      }
    }
  }

  /** Returns all figures, {@value #ALL} first and then by type. */
  public List<Recall> recalls() {
    List<Recall> recalls = new ArrayList<>();
    Counts all = countsByType.get(ALL);
    if (all != null) {
      append(ALL, all, recalls);
    }
    countsByType.forEach(
        (type, counts) -> {
          if (!type.equals(ALL)) {
            append(type, counts, recalls);
          }
        });
    return recalls;
  }

  private static void append(String type, Counts counts, List<Recall> recalls) {
    for (int cut = 0; cut < CUTS.size(); cut++) {
      recalls.add(
          new Recall(
              type, CUTS.get(cut), (double) counts.hits[cut] / counts.phrases, counts.phrases));
    }
  }
}
