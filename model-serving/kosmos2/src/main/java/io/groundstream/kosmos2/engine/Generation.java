package io.groundstream.kosmos2.engine;

/**
 * The tokens that the model generated for one request.
 *
 * @param tokens the generated ids, including the end of sequence if the model chose it
 * @param probabilities the softmax of the raw logits at each generated token, in [0, 1]
 * @param finishReason why generation ended
 * @param times when each stage of the request was reached
 */
public record Generation(
    int[] tokens, float[] probabilities, FinishReason finishReason, GenerationTimes times) {}
