package io.groundstream.kosmos2.decoding;

import io.groundstream.kosmos2.GroundingException;

/**
 * Modifies the scores of a sequence's next token before one is chosen, such as to exclude tokens
 * that a grammar does not allow.
 *
 * <p>A processor may be called again for the same tokens, since a sequence restarts after a lack of
 * memory, and beam search asks for several continuations in turn. So the result must depend on the
 * arguments alone, not on earlier calls. Called on the engine's thread, between two steps of all
 * sequences: a call must be short, about a millisecond at most.
 */
@FunctionalInterface
public interface LogitsProcessor {
  /**
   * Modifies the scores in place.
   *
   * @param scores a score for each token id of the vocabulary: its logit, or in beam search its
   *     logarithmic probability. Negative infinity excludes a token.
   * @param tokens the prompt and the tokens generated so far
   * @throws GroundingException if the sequence cannot be continued; its request fails with this
   */
  void process(float[] scores, TokenView tokens) throws GroundingException;
}
