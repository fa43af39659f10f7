package io.groundstream.kosmos2.engine;

import java.util.List;

/**
 * The tokens that the model generated for one request, or the scores of its candidates.
 *
 * @param tokens the generated ids, including the end of sequence if the model chose it; none if
 *     candidates were scored
 * @param probabilities the softmax of the raw logits at each generated token, in [0, 1]
 * @param scores for each candidate, the logarithm of the probability of each of its tokens; empty
 *     unless candidates were scored
 * @param finishReason why generation ended
 * @param times when each stage of the request was reached
 */
public record Generation(
    int[] tokens,
    float[] probabilities,
    List<float[]> scores,
    FinishReason finishReason,
    GenerationTimes times) {
  public Generation {
    scores = List.copyOf(scores);
  }
}
