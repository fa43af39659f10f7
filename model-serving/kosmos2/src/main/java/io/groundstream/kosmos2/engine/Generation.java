package io.groundstream.kosmos2.engine;

/**
 * What the model generated for one request.
 *
 * @param tokens the generated ids, with the end of the sequence where it was chosen
 * @param probabilities softmax of the raw logits at each of them, in [0, 1]
 * @param finishReason why it ended
 * @param times when
 */
public record Generation(
    int[] tokens, float[] probabilities, FinishReason finishReason, GenerationTimes times) {}
