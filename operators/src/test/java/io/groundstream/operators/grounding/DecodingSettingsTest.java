package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.avro.DecodingOptions;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.decoding.Sampling;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.SettingsReader;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class DecodingSettingsTest {
  private static DecodingSettings read(Map<String, String> values)
      throws InvalidConfigurationException {
    SettingsReader reader = new SettingsReader(values);
    DecodingSettings settings = DecodingSettings.read(reader, 50);
    reader.throwIfWrong();
    return settings;
  }

  @Test
  void withoutSettingsDecodingIsGreedy() throws Exception {
    assertThat(read(Map.of())).isEqualTo(DecodingSettings.GREEDY);
    assertThat(read(Map.of()).options(96, 2, null)).isEqualTo(new GenerationOptions(96, 2));
    assertThat(read(Map.of("grounding.seed", "7")).options(96, 0, null))
        .isEqualTo(new GenerationOptions(96, 0));
  }

  @Test
  void allSettingsAreRead() throws Exception {
    GenerationOptions options =
        read(Map.of(
                "grounding.min-new-tokens", "4",
                "grounding.repetition-penalty", "1.5",
                "grounding.temperature", "0.5",
                "grounding.top-k", "20",
                "grounding.top-p", "0.9",
                "grounding.seed", "-3",
                "grounding.stop", "</object>;and",
                "grounding.bad-words", "dog"))
            .options(96, 3, null);
    assertThat(options)
        .isEqualTo(
            GenerationOptions.builder()
                .optNoRepeatNgramSize(3)
                .optMinNewTokens(4)
                .optRepetitionPenalty(1.5)
                .optSampling(new Sampling(0.5, 20, 0.9, -3))
                .optStopStrings(List.of("</object>", "and"))
                .optBadWords(List.of("dog"))
                .build());
    options =
        read(Map.of("grounding.beams", "4", "grounding.length-penalty", "-1")).options(9, 0, null);
    assertThat(options.beams()).isEqualTo(4);
    assertThat(options.lengthPenalty()).isEqualTo(-1);
  }

  @Test
  void everyWrongSettingIsNamed() {
    assertThatThrownBy(
            () ->
                read(
                    Map.of(
                        "grounding.min-new-tokens", "51",
                        "grounding.repetition-penalty", "0",
                        "grounding.beams", "11",
                        "grounding.length-penalty", "NaN",
                        "grounding.temperature", "11",
                        "grounding.top-k", "-1",
                        "grounding.top-p", "0",
                        "grounding.stop", "x".repeat(65),
                        "grounding.bad-words", "a;".repeat(65))))
        .hasMessageContaining(
            "grounding.min-new-tokens: 51 (expected: 0 to 50, grounding.max-new-tokens)")
        .hasMessageContaining("grounding.repetition-penalty: 0 (expected: 0.01 to 10)")
        .hasMessageContaining("grounding.beams: 11 (expected: 1 to 10)")
        .hasMessageContaining("grounding.length-penalty: NaN (expected: -10 to 10)")
        .hasMessageContaining("grounding.temperature: 11 (expected: 0.01 to 10)")
        .hasMessageContaining("grounding.top-k: -1 (expected: >= 0)")
        .hasMessageContaining("grounding.top-p: 0 (expected: > 0 and <= 1)")
        .hasMessageContaining("(expected: at most 16 texts of 1 to 64 characters)")
        .hasMessageContaining("(expected: at most 64 texts of 1 to 64 characters)");
    assertThatThrownBy(() -> read(Map.of("grounding.beams", "2", "grounding.top-k", "5")))
        .hasMessageContaining(
            "grounding.beams: 2 (expected: 1 with grounding.temperature, grounding.top-k or"
                + " grounding.top-p, which draw at random)");
  }

  @Test
  void aRequestsOwnOptionsHavePrecedence() throws Exception {
    DecodingSettings settings =
        read(
            Map.of(
                "grounding.temperature",
                "2",
                "grounding.seed",
                "5",
                "grounding.stop",
                "x",
                "grounding.min-new-tokens",
                "10"));
    DecodingOptions own =
        DecodingOptions.newBuilder().setTopK(3).setSeed(8L).setStop(List.of("y")).build();
    GenerationOptions options = settings.options(96, 0, own);
    assertThat(options.sampling()).isEqualTo(new Sampling(2, 3, 1, 8));
    assertThat(options.stopStrings()).containsExactly("y");
    // A search does not draw, and a short answer need not be long.
    own = DecodingOptions.newBuilder().setBeams(3).setMaxNewTokens(4).build();
    options = settings.options(96, 0, own);
    options.check();
    assertThat(options.sampling()).isNull();
    assertThat(options.beams()).isEqualTo(3);
    assertThat(options.minNewTokens()).isEqualTo(4);
    own = DecodingOptions.newBuilder().setTemperature(1.0).build();
    options = read(Map.of("grounding.beams", "3")).options(96, 0, own);
    options.check();
    assertThat(options.beams()).isEqualTo(1);
  }

  @Test
  void aContradictionOfARequestIsAnError() throws Exception {
    DecodingOptions own = DecodingOptions.newBuilder().setTemperature(1.0).setBeams(2).build();
    GenerationOptions options = DecodingSettings.GREEDY.options(96, 0, own);
    assertThatThrownBy(options::check)
        .isInstanceOf(GroundingException.class)
        .hasMessageStartingWith("beams: 2 (expected: 1 with temperature");
  }
}
