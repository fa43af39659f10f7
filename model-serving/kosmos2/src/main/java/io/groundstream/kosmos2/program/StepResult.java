package io.groundstream.kosmos2.program;

import java.util.List;
import org.apiguardian.api.API;

/**
 * The next token of every row of a batch.
 *
 * @param tokens the most probable token ids that are not banned, one per row
 * @param probabilities the softmax of the raw logits at those tokens, in [0, 1]; NaN for a row with
 *     non-finite logits
 * @param logits the logits of the rows that wanted them, in the order of {@link
 *     BannedTokens#wantLogits}
 */
@API(status = API.Status.INTERNAL)
@SuppressWarnings("ArrayRecordComponent") // never compared
public record StepResult(int[] tokens, float[] probabilities, List<RowLogits> logits) {
  /** Creates a result without logits. */
  public StepResult(int[] tokens, float[] probabilities) {
    this(tokens, probabilities, List.of());
  }
}
