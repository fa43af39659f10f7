package io.groundstream.kosmos2.decoding;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rules for a request's tokens that need to know what tokens mean, in addition to its numeric
 * options.
 *
 * @param processors applied in this order, after the repetition penalty and before the warpers of
 *     sampling, such as temperature
 * @param stop ends the sequence when it holds; null for no such condition
 */
public record TokenRules(List<LogitsProcessor> processors, @Nullable StopCondition stop) {
  /** No rules: any token may be chosen. */
  public static final TokenRules NONE = new TokenRules(List.of(), null);

  /** A condition on the tokens of a sequence, checked after each generated token. */
  @FunctionalInterface
  public interface StopCondition {
    /** Returns whether the sequence ends with the last token, which it keeps. */
    boolean stops(TokenView tokens);
  }

  public TokenRules {
    processors = List.copyOf(processors);
  }

  /** Returns these rules and another processor after the others. */
  public TokenRules and(LogitsProcessor processor) {
    List<LogitsProcessor> all = new ArrayList<>(processors);
    all.add(processor);
    return new TokenRules(all, stop);
  }
}
