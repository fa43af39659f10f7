package io.groundstream.kosmos2.program;

import org.apiguardian.api.API;

/**
 * The logits of a row's next token, without any ban.
 *
 * <p>In a reduced precision the largest logits are often equal after rounding, so that the network
 * compares the best 8 again in float32. These then have their exact values, and all others are at
 * most the smallest of these.
 *
 * @param values a logit for each token id of the vocabulary
 * @param logTotal the logarithm of the sum of all exponentials: the logarithmic probability of a
 *     token is its logit minus this
 */
@API(status = API.Status.INTERNAL)
@SuppressWarnings("ArrayRecordComponent") // never compared, and too large to copy
public record RowLogits(float[] values, float logTotal) {
  /** Returns the softmax of the raw logits at a token, in [0, 1]. */
  public float probability(int token) {
    return (float) Math.exp(Math.min(0, values[token] - logTotal));
  }
}
