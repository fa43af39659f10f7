package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;

/**
 * How a sequence is generated; decoding is greedy.
 *
 * @param maxNewTokens the most tokens to generate, the end of the sequence included; at least 1
 * @param noRepeatNgramSize if positive, no n-gram of this size occurs twice in prompt and answer
 *     together (the evaluation of the Kosmos-2 paper uses 3); 0 switches it off
 */
public record GenerationOptions(int maxNewTokens, int noRepeatNgramSize) {
  public static final GenerationOptions DEFAULT = new GenerationOptions(96, 0);

  /**
   * Checks the ranges.
   *
   * @throws GroundingException with {@link GroundingErrorCode#OPTION_INVALID}
   */
  public void check() throws GroundingException {
    if (maxNewTokens < 1) {
      throw new GroundingException(
          GroundingErrorCode.OPTION_INVALID,
          "max-new-tokens: " + maxNewTokens + " (expected: >= 1)");
    }
    if (noRepeatNgramSize < 0) {
      throw new GroundingException(
          GroundingErrorCode.OPTION_INVALID,
          "no-repeat-ngram-size: " + noRepeatNgramSize + " (expected: >= 0, where 0 is off)");
    }
  }
}
