package io.groundstream.kosmos2.decoding;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import java.util.ArrayList;
import java.util.List;

/** A request's processors of logits in the order of the reference. */
public final class ProcessorChain {
  private final List<LogitsProcessor> processors;

  private ProcessorChain(List<LogitsProcessor> processors) {
    this.processors = processors;
  }

  /**
   * Returns the processors for some options.
   *
   * @param repetitionPenalty 1 for none
   * @param noRepeatNgramSize 0 for none
   * @param minNewTokens 0 for none
   * @param endToken the end of the sequence; negative if there is none
   */
  public static ProcessorChain of(
      double repetitionPenalty,
      int noRepeatNgramSize,
      int minNewTokens,
      int endToken,
      TokenRules rules) {
    List<LogitsProcessor> processors = new ArrayList<>();
    if (repetitionPenalty != 1) {
      processors.add(new RepetitionPenalty((float) repetitionPenalty));
    }
    if (noRepeatNgramSize > 0) {
      processors.add(new NoRepeatNgrams(noRepeatNgramSize));
    }
    if (minNewTokens > 0) {
      processors.add(new MinNewTokens(minNewTokens, endToken));
    }
    processors.addAll(rules.processors());
    return new ProcessorChain(processors);
  }

  /** Applies all processors to the scores, in place. */
  void process(float[] scores, TokenView tokens) throws GroundingException {
    for (LogitsProcessor processor : processors) {
      processor.process(scores, tokens);
    }
  }

  static GroundingException nothingLeft(TokenView tokens) {
    return new GroundingException(
        GroundingErrorCode.OPTION_INVALID,
        "options: no token is left after %d generated ones (expected: bad words, n-grams and rules"
                .formatted(tokens.newTokens())
            + " that allow at least one)");
  }
}
