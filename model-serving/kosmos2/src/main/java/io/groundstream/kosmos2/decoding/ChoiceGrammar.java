package io.groundstream.kosmos2.decoding;

import java.util.Arrays;
import java.util.List;

/** Excludes every token that does not continue one of some answers, or end a complete one. */
public final class ChoiceGrammar implements LogitsProcessor {
  private final List<int[]> choices;
  private final int endToken;

  /**
   * @param choices the tokens of each answer, without the end of the sequence; at least one answer
   * @param endToken the end of the sequence
   */
  public ChoiceGrammar(List<int[]> choices, int endToken) {
    this.choices = choices.stream().map(int[]::clone).toList();
    this.endToken = endToken;
  }

  @Override
  public void process(float[] scores, TokenView tokens) {
    int[] answer = tokens.generated();
    float[] before = scores.clone();
    Arrays.fill(scores, Float.NEGATIVE_INFINITY);
    for (int[] choice : choices) {
      int length = answer.length;
      if (length <= choice.length && Arrays.equals(choice, 0, length, answer, 0, length)) {
        int token = length == choice.length ? endToken : choice[length];
        scores[token] = before[token];
      }
    }
  }
}
