package io.groundstream.kosmos2.decoding;

/**
 * A finished answer of beam search.
 *
 * @param score the sum of the logarithmic probabilities divided by the length to the power of the
 *     length penalty
 * @param finished false for a place that no answer has taken yet
 * @param tokens prompt and answer
 * @param length the number of tokens in them
 * @param probabilities the softmax of the raw logits at each token of the answer
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Hypothesis(float score, boolean finished, int[] tokens, int length, float[] probabilities) {}
