package io.groundstream.kosmos2.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.program.RowLogits;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ProcessorsTest {
  private static final float NEVER = Float.NEGATIVE_INFINITY;

  private static TokenView tokens(int promptLength, int... tokens) {
    return new TokenView(tokens, promptLength, tokens.length);
  }

  private static float[] processed(LogitsProcessor processor, TokenView tokens) throws Exception {
    float[] scores = {2, -1, 0.5f, 4, -3};
    processor.process(scores, tokens);
    return scores;
  }

  @Test
  void thePenaltyCountsEachTokenOfPromptAndAnswerOnce() throws Exception {
    assertThat(processed(new RepetitionPenalty(2), tokens(2, 0, 1, 1, 4, 4, 9)))
        .containsExactly(1, -2, 0.5f, 4, -6);
  }

  @Test
  void ngramsAreNotCompletedAgain() throws Exception {
    // 1 was followed by 3 and by 2.
    assertThat(processed(new NoRepeatNgrams(2), tokens(3, 1, 3, 1, 2, 1)))
        .containsExactly(2, -1, NEVER, NEVER, -3);
    assertThat(processed(new NoRepeatNgrams(1), tokens(1, 1, 3)))
        .containsExactly(2, NEVER, 0.5f, NEVER, -3);
    assertThat(processed(new NoRepeatNgrams(5), tokens(1, 1, 1)))
        .containsExactly(2, -1, 0.5f, 4, -3);
  }

  @Test
  void badWordsAreNotCompleted() throws Exception {
    BadWords words = new BadWords(List.of(new int[] {3}, new int[] {1, 2, 0}, new int[] {2, 4}));
    assertThat(processed(words, tokens(2, 1, 2))).containsExactly(NEVER, -1, 0.5f, NEVER, NEVER);
    assertThat(processed(words, tokens(2, 2, 1))).containsExactly(2, -1, 0.5f, NEVER, -3);
    assertThat(processed(words, tokens(1, 2))).containsExactly(2, -1, 0.5f, NEVER, NEVER);
  }

  @Test
  void theEndWaitsForTheMinimum() throws Exception {
    assertThat(processed(new MinNewTokens(2, 3), tokens(2, 0, 0, 0)))
        .containsExactly(2, -1, 0.5f, NEVER, -3);
    assertThat(processed(new MinNewTokens(2, 3), tokens(2, 0, 0, 0, 0)))
        .containsExactly(2, -1, 0.5f, 4, -3);
    assertThat(processed(new MinNewTokens(9, -1), tokens(1, 0)))
        .containsExactly(2, -1, 0.5f, 4, -3);
  }

  @Test
  void theProbabilityIsThatOfTheRawLogits() throws Exception {
    float[] logits = {(float) Math.log(0.5), (float) Math.log(0.3), (float) Math.log(0.2)};
    TokenChooser chooser =
        new TokenChooser(
            ProcessorChain.of(
                1, 0, 0, -1, TokenRules.NONE.and(new BadWords(List.of(new int[] {0})))),
            new Sampling(0.001, 0, 1, 4));
    Choice choice = chooser.choose(new RowLogits(logits, 0), tokens(1, 2));
    assertThat(choice.token()).isEqualTo(1);
    assertThat(choice.probability()).isBetween(0.29999f, 0.30001f);
    assertThat(logits[0]).isEqualTo((float) Math.log(0.5));
  }

  @Test
  void equalScoresLeaveTheFirstToken() throws Exception {
    TokenChooser chooser =
        new TokenChooser(ProcessorChain.of(1.5, 0, 0, -1, TokenRules.NONE), null);
    float[] logits = {3, 2, 2, 1};
    assertThat(chooser.choose(new RowLogits(logits, 4), tokens(1, 0)).token()).isEqualTo(0);
    assertThat(chooser.choose(new RowLogits(new float[] {1, 2, 2}, 4), tokens(1, 0)).token())
        .isEqualTo(1);
  }

  @Test
  void optionsThatLeaveNoTokenAreAnError() {
    TokenChooser chooser = new TokenChooser(ProcessorChain.of(1, 1, 0, -1, TokenRules.NONE), null);
    assertThatThrownBy(() -> chooser.choose(new RowLogits(new float[] {1, 2}, 3), tokens(1, 0, 1)))
        .isInstanceOf(GroundingException.class)
        .hasMessage(
            "options: no token is left after 1 generated ones (expected: bad words, n-grams and"
                + " rules that allow at least one)")
        .extracting(failure -> ((GroundingException) failure).errorCode())
        .isEqualTo(GroundingErrorCode.OPTION_INVALID);
  }

  @Test
  void aStopStringEndsInTheLastToken() {
    String[] texts = {"st", "op", "las", "topper", " stop", "", "p", "s", "to"};
    StopStrings stop = new StopStrings(texts, List.of("stop", "xyz"));
    assertThat(stop.stops(tokens(0, 0, 1))).isTrue();
    assertThat(stop.stops(tokens(0, 2, 3))).isTrue();
    assertThat(stop.stops(tokens(0, 4))).isTrue();
    assertThat(stop.stops(tokens(0, 0, 5, 1))).isTrue();
    assertThat(stop.stops(tokens(0, 7, 8, 6))).isTrue();
    // It may begin in the prompt, but not end before the last token.
    assertThat(stop.stops(tokens(1, 0, 1))).isTrue();
    assertThat(stop.stops(tokens(0, 4, 2))).isFalse();
    assertThat(stop.stops(tokens(0, 4, 5))).isFalse();
    assertThat(stop.stops(tokens(0, 0, 6))).isFalse();
    assertThat(stop.stops(tokens(0, 99))).isFalse();
  }
}
