package io.groundstream.kosmos2.program;

import org.apiguardian.api.API;

/**
 * The next token of every row of a batch.
 *
 * @param tokens token ids, one a row
 * @param probabilities softmax of the raw logits at those tokens, in [0, 1]; NaN where a row's
 *     logits are not finite
 */
@API(status = API.Status.INTERNAL)
public record StepResult(int[] tokens, float[] probabilities) {}
