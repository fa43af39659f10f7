package io.groundstream.evaluation.benchmark;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The model's answer to one query, or why there is none.
 *
 * @param id the query's
 * @param text prompt and generated text after the image, with tags
 * @param answer the generated text without tags, stripped
 * @param finishReason why generation ended
 * @param logProbabilities of the query's candidates, for each the natural logarithms of its tokens'
 *     probabilities; empty if it has none, or failed
 * @param error a code and message if the query failed, which counts as a wrong answer; else null
 */
public record Prediction(
    String id,
    String text,
    String answer,
    String finishReason,
    List<List<Double>> logProbabilities,
    @Nullable String error) {
  public Prediction {
    logProbabilities = logProbabilities.stream().map(List::copyOf).toList();
  }

  /** Creates the prediction of a query without candidates. */
  public Prediction(
      String id, String text, String answer, String finishReason, @Nullable String error) {
    this(id, text, answer, finishReason, List.of(), error);
  }

  /** Returns the prediction of a query with candidates. */
  public static Prediction scored(String id, List<List<Double>> logProbabilities) {
    return new Prediction(id, "", "", "", logProbabilities, null);
  }

  /** Returns the prediction of a query that failed. */
  public static Prediction failed(String id, String error) {
    return new Prediction(id, "", "", "", error);
  }
}
