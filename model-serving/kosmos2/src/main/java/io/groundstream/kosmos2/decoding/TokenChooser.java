package io.groundstream.kosmos2.decoding;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.program.RowLogits;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the next token of one sequence from its logits: applies the processors, and takes the
 * best token or draws one. The choice depends on the arguments alone.
 */
public final class TokenChooser {
  private final ProcessorChain processors;
  private final @Nullable Sampler sampler;

  /**
   * @param sampling null to take the best token
   */
  public TokenChooser(ProcessorChain processors, @Nullable Sampling sampling) {
    this.processors = processors;
    this.sampler = sampling == null ? null : new Sampler(sampling);
  }

  /**
   * Chooses the token after the given ones.
   *
   * @throws GroundingException if the processors exclude all tokens
   */
  public Choice choose(RowLogits logits, TokenView tokens) throws GroundingException {
    float[] scores = logits.values().clone();
    processors.process(scores, tokens);
    int token = sampler == null ? Scores.best(scores) : sampler.draw(scores, tokens.newTokens());
    if (token < 0) {
      throw ProcessorChain.nothingLeft(tokens);
    }
    return new Choice(token, logits.probability(token));
  }
}
