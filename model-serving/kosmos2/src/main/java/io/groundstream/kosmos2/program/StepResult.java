package io.groundstream.kosmos2.program;

import org.apiguardian.api.API;

/**
 * The next token of every row of a batch.
 *
 * @param tokens the token ids, one per row
 * @param probabilities the softmax of the raw logits at those tokens, in [0, 1]; NaN for a row with
 *     non-finite logits
 */
@API(status = API.Status.INTERNAL)
public record StepResult(int[] tokens, float[] probabilities) {}
