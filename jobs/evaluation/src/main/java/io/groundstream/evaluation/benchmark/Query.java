package io.groundstream.evaluation.benchmark;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to ask the model once.
 *
 * @param id a name that is unique in the benchmark
 * @param image the image file's name in the dataset; null for a question without one
 * @param task the identifier of a task of Kosmos-2, such as phrase-grounding
 * @param text the task's text; null if it takes none
 * @param box the task's region as x_min, y_min, x_max, y_max in fractions; empty if it takes none
 * @param candidates the continuations of the prompt that are scored in place of generating one;
 *     empty for none
 */
public record Query(
    String id,
    @Nullable String image,
    String task,
    @Nullable String text,
    List<Double> box,
    List<String> candidates) {
  public Query {
    box = List.copyOf(box);
    candidates = List.copyOf(candidates);
  }

  /** Creates a query without candidates. */
  public Query(
      String id, @Nullable String image, String task, @Nullable String text, List<Double> box) {
    this(id, image, task, text, box, List.of());
  }
}
