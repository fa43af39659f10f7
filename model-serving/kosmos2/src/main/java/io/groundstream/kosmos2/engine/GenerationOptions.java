package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;

/**
 * The options for generating a sequence. Decoding is greedy.
 *
 * @param maxNewTokens the maximum number of tokens to generate, including the end of sequence; at
 *     least 1
 * @param noRepeatNgramSize if positive, no n-gram of this size is repeated in prompt and answer
 *     together (the evaluation of the Kosmos-2 paper uses 3); 0 to disable
 */
public record GenerationOptions(int maxNewTokens, int noRepeatNgramSize) {
  public static final GenerationOptions DEFAULT = new GenerationOptions(96, 0);

  /**
   * Checks the ranges of the options.
   *
   * @throws GroundingException with {@link GroundingErrorCode#OPTION_INVALID} if one is out of
   *     range
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
