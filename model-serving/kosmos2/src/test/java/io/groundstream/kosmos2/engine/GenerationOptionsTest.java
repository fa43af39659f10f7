package io.groundstream.kosmos2.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.decoding.Sampling;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

final class GenerationOptionsTest {
  private static void assertRefused(
      String message, UnaryOperator<GenerationOptions.Builder> change) {
    assertThatThrownBy(() -> change.apply(GenerationOptions.builder()).build().check())
        .isInstanceOf(GroundingException.class)
        .hasMessage(message)
        .extracting(failure -> ((GroundingException) failure).errorCode())
        .isEqualTo(GroundingErrorCode.OPTION_INVALID);
  }

  private static UnaryOperator<GenerationOptions.Builder> sampling(
      double temperature, int topK, double topP) {
    return options -> options.optSampling(new Sampling(temperature, topK, topP, 0));
  }

  @Test
  void valuesOutOfRangeAreRefused() {
    assertRefused("max-new-tokens: 0 (expected: >= 1)", options -> options.optMaxNewTokens(0));
    assertRefused(
        "no-repeat-ngram-size: -1 (expected: >= 0, where 0 is off)",
        options -> options.optNoRepeatNgramSize(-1));
    assertRefused(
        "min-new-tokens: 97 (expected: 0 to 96, which is max-new-tokens)",
        options -> options.optMinNewTokens(97));
    assertRefused(
        "repetition-penalty: 0.0 (expected: 0.01 to 10)",
        options -> options.optRepetitionPenalty(0));
    assertRefused(
        "repetition-penalty: NaN (expected: 0.01 to 10)",
        options -> options.optRepetitionPenalty(Double.NaN));
    assertRefused("beams: 0 (expected: 1 to 10)", options -> options.optBeams(0));
    assertRefused("beams: 11 (expected: 1 to 10)", options -> options.optBeams(11));
    assertRefused(
        "length-penalty: -10.5 (expected: -10 to 10)", options -> options.optLengthPenalty(-10.5));
    assertRefused(
        "length-penalty: NaN (expected: -10 to 10)",
        options -> options.optLengthPenalty(Double.NaN));
    assertRefused("temperature: 0.0 (expected: 0.01 to 10)", sampling(0, 0, 1));
    assertRefused("temperature: 1.0E-40 (expected: 0.01 to 10)", sampling(1e-40, 0, 1));
    assertRefused("temperature: Infinity (expected: 0.01 to 10)", sampling(1 / 0.0, 0, 1));
    assertRefused("top-k: -1 (expected: >= 0, where 0 is off)", sampling(1, -1, 1));
    assertRefused("top-p: 0.0 (expected: > 0 and <= 1)", sampling(1, 0, 0));
    assertRefused("top-p: 1.5 (expected: > 0 and <= 1)", sampling(1, 0, 1.5));
    assertRefused("stop: \"\" (expected: a text)", options -> options.optStopStrings(List.of("")));
    assertRefused(
        "stop: 17 texts (expected: at most 16)",
        options -> options.optStopStrings(Collections.nCopies(17, "a")));
    assertRefused(
        "stop: a text of 65 characters (expected: at most 64)",
        options -> options.optStopStrings(List.of("😀".repeat(65))));
    assertRefused(
        "bad-word: 65 texts (expected: at most 64)",
        options -> options.optBadWords(Collections.nCopies(65, "a")));
  }

  @Test
  void beamsDoNotDraw() {
    assertRefused(
        "beams: 2 (expected: 1 with temperature, top-k or top-p, which draw at random)",
        options -> options.optBeams(2).optSampling(Sampling.DEFAULT));
  }

  @Test
  void limitsThemselvesAreAllowed() throws Exception {
    GenerationOptions.builder()
        .optMaxNewTokens(5)
        .optMinNewTokens(5)
        .optRepetitionPenalty(10)
        .optBeams(10)
        .optLengthPenalty(-10)
        .optStopStrings(Collections.nCopies(16, "😀".repeat(64)))
        .optBadWords(Collections.nCopies(64, "a"))
        .build()
        .check();
    GenerationOptions sampled =
        GenerationOptions.builder().optSampling(new Sampling(10, 1, 1, Long.MIN_VALUE)).build();
    sampled.check();
    assertThat(sampled.toBuilder().build()).isEqualTo(sampled);
    assertThat(GenerationOptions.DEFAULT)
        .isEqualTo(new GenerationOptions(96, GenerationOptions.AS_IN_CHECKPOINT));
  }
}
