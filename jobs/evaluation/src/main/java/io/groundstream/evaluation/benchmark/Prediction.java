package io.groundstream.evaluation.benchmark;

import org.jspecify.annotations.Nullable;

/**
 * The model's answer to one query, or why there is none.
 *
 * @param id the query's
 * @param text prompt and generated text after the image, with tags
 * @param answer the generated text without tags, stripped
 * @param finishReason why generation ended
 * @param error a code and message if the query failed, which counts as a wrong answer; else null
 */
public record Prediction(
    String id, String text, String answer, String finishReason, @Nullable String error) {
  /** Returns the prediction of a query that failed. */
  public static Prediction failed(String id, String error) {
    return new Prediction(id, "", "", "", error);
  }
}
