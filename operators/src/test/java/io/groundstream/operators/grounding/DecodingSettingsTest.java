package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.avro.DecodingOptions;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.decoding.Constraint;
import io.groundstream.kosmos2.decoding.Sampling;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.settings.InvalidConfigurationException;
import io.groundstream.operators.settings.SettingsReader;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    assertThat(read(Map.of()).options(Task.GROUNDED_CAPTION, 96, 2, null))
        .isEqualTo(new GenerationOptions(96, 2));
    assertThat(read(Map.of("grounding.seed", "7")).options(Task.GROUNDED_CAPTION, 96, 0, null))
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
            .options(Task.GROUNDED_CAPTION, 96, 3, null);
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
        read(Map.of("grounding.beams", "4", "grounding.length-penalty", "-1"))
            .options(Task.GROUNDED_CAPTION, 9, 0, null);
    assertThat(options.beams()).isEqualTo(4);
    assertThat(options.lengthPenalty()).isEqualTo(-1);
  }

  @Test
  void whatDecidesAboutAnswersIsKnownForARunThatIsResumed() {
    assertThat(GroundingSettings.read(new SettingsReader(Map.of())).ofAnswers())
        .isEqualTo(Map.of("grounding.max-new-tokens", "96"));
    Map<String, String> settings = new TreeMap<>();
    settings.put("grounding.max-new-tokens", "50");
    settings.put("grounding.no-repeat-ngram-size", "0");
    settings.put("grounding.min-new-tokens", "2");
    settings.put("grounding.repetition-penalty", "1.5");
    settings.put("grounding.length-penalty", "0.5");
    settings.put("grounding.temperature", "0.5");
    settings.put("grounding.top-k", "5");
    settings.put("grounding.top-p", "0.5");
    settings.put("grounding.seed", "7");
    settings.put("grounding.constraint", "boxes");
    settings.put("grounding.max-boxes", "3");
    settings.put("grounding.ranking", "mean");
    assertThat(GroundingSettings.read(new SettingsReader(settings)).ofAnswers())
        .isEqualTo(settings);
    settings =
        new TreeMap<>(
            Map.of(
                "grounding.max-new-tokens", "96",
                "grounding.beams", "3",
                "grounding.stop", "[x]",
                "grounding.bad-words", "[y, z]",
                "grounding.choices", "['yes, no']",
                "grounding.candidates", "[a;b, c]"));
    assertThat(GroundingSettings.read(new SettingsReader(settings)).ofAnswers())
        .isEqualTo(settings);
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
    GenerationOptions options = settings.options(Task.GROUNDED_CAPTION, 96, 0, own);
    assertThat(options.sampling()).isEqualTo(new Sampling(2, 3, 1, 8));
    assertThat(options.stopStrings()).containsExactly("y");
    // A search does not draw, and a short answer need not be long.
    own = DecodingOptions.newBuilder().setBeams(3).setMaxNewTokens(4).build();
    options = settings.options(Task.GROUNDED_CAPTION, 96, 0, own);
    options.check();
    assertThat(options.sampling()).isNull();
    assertThat(options.beams()).isEqualTo(3);
    assertThat(options.minNewTokens()).isEqualTo(4);
    own = DecodingOptions.newBuilder().setTemperature(1.0).build();
    options = read(Map.of("grounding.beams", "3")).options(Task.GROUNDED_CAPTION, 96, 0, own);
    options.check();
    assertThat(options.beams()).isEqualTo(1);
  }

  private static Constraint constraint(
      Map<String, String> settings, Task task, DecodingOptions.Builder own) throws Exception {
    return read(settings).options(task, 96, 0, own.build()).constraint();
  }

  @Test
  void theSettingsConstraintIsForTasksThatGround() throws Exception {
    Map<String, String> boxes =
        Map.of(
            "grounding.constraint", "boxes",
            "grounding.max-boxes", "2",
            "grounding.choices", "yes;no",
            "grounding.stop", "x");
    for (Task task : Task.values()) {
      Constraint expected =
          switch (task) {
            case GROUNDED_CAPTION,
                DETAILED_CAPTION,
                PHRASE_GROUNDING,
                PHRASE_IN_SENTENCE,
                GROUNDED_QUESTION ->
                new Constraint.WellFormed(2, true);
            case REFERRING_EXPRESSION -> new Constraint.WellFormed(2, false);
            case QUESTION -> new Constraint.Choices(List.of("yes", "no"));
            case CAPTION, PROMPT, SCORE -> Constraint.NONE;
          };
      GenerationOptions options = read(boxes).options(task, 96, 0, null);
      assertThat(options.constraint()).as(task.id()).isEqualTo(expected);
      // A constraint excludes stop strings, so that the settings' apply to the other tasks.
      options.check();
      assertThat(options.stopStrings())
          .as(task.id())
          .isEqualTo(expected.equals(Constraint.NONE) ? List.of("x") : List.of());
    }
  }

  @Test
  void aRequestsOwnConstraintHasPrecedence() throws Exception {
    Map<String, String> boxes = Map.of("grounding.constraint", "boxes", "grounding.max-boxes", "2");
    Task task = Task.GROUNDED_CAPTION;
    assertThat(constraint(boxes, task, own().setConstraint("any"))).isEqualTo(Constraint.NONE);
    assertThat(constraint(boxes, task, own().setConstraint("well-formed")))
        .isEqualTo(new Constraint.WellFormed(2, false));
    // Where the job's boxes are not demanded, the request's number does not demand them either.
    assertThat(constraint(boxes, Task.REFERRING_EXPRESSION, own().setMaxBoxes(1)))
        .isEqualTo(new Constraint.WellFormed(1, false));
    assertThat(constraint(boxes, task, own().setStop(List.of("x")))).isEqualTo(Constraint.NONE);
    assertThat(constraint(boxes, task, own().setConstraint("boxes")))
        .isEqualTo(new Constraint.WellFormed(2, true));
    assertThat(constraint(boxes, task, own().setMaxBoxes(5)))
        .isEqualTo(new Constraint.WellFormed(5, true));
    assertThat(constraint(boxes, Task.PROMPT, own().setMaxBoxes(5)))
        .isEqualTo(new Constraint.WellFormed(5, false));
    assertThat(constraint(boxes, Task.PROMPT, own().setConstraint("boxes").setMaxBoxes(1)))
        .isEqualTo(new Constraint.WellFormed(1, true));
    assertThat(constraint(boxes, Task.PROMPT, own().setPhrases(List.of("a dog")).setMaxBoxes(2)))
        .isEqualTo(new Constraint.Phrases(List.of("a dog"), 2));
    assertThat(constraint(boxes, task, own().setChoices(List.of("a"))))
        .isEqualTo(new Constraint.Choices(List.of("a")));
  }

  @Test
  void choicesAndPhrasesHaveNoMinimumOfTokens() throws Exception {
    DecodingSettings settings =
        read(Map.of("grounding.min-new-tokens", "5", "grounding.choices", "yes;no"));
    for (GenerationOptions options :
        List.of(
            settings.options(Task.QUESTION, 96, 0, null),
            settings.options(Task.CAPTION, 96, 0, own().setChoices(List.of("a")).build()),
            settings.options(Task.PROMPT, 96, 0, own().setPhrases(List.of("a")).build()))) {
      options.check();
      assertThat(options.minNewTokens()).isZero();
    }
    assertThat(settings.options(Task.CAPTION, 96, 0, null).minNewTokens()).isEqualTo(5);
  }

  @Test
  void constraintsThatContradictThemselvesAreErrors() {
    assertThatThrownBy(() -> constraint(Map.of(), Task.PROMPT, own().setConstraint("strict")))
        .hasMessage("constraint: strict (expected: any, well-formed or boxes)");
    assertThatThrownBy(
            () -> constraint(Map.of(), Task.PROMPT, own().setConstraint("any").setMaxBoxes(1)))
        .hasMessage("max_boxes: 1 (expected: none with the constraint any)");
    assertThatThrownBy(
            () -> constraint(Map.of(), Task.PROMPT, own().setMaxBoxes(1).setChoices(List.of("a"))))
        .hasMessage("choices: 1 texts (expected: none with a constraint or phrases)");
    assertThatThrownBy(
            () ->
                constraint(
                    Map.of(),
                    Task.PROMPT,
                    own().setConstraint("boxes").setPhrases(List.of("a dog"))))
        .hasMessage("phrases: 1 texts (expected: none with a constraint)");
    assertThatThrownBy(() -> read(Map.of("grounding.max-boxes", "1")))
        .hasMessageContaining(
            "grounding.max-boxes: 1 (expected: only with grounding.constraint: well-formed or"
                + " boxes)");
    assertThatThrownBy(() -> read(Map.of("grounding.constraint", "strict")))
        .hasMessageContaining("grounding.constraint: strict (expected: any, well-formed or boxes)");
    assertThatThrownBy(() -> read(Map.of("grounding.choices", "x".repeat(257))))
        .hasMessageContaining("(expected: at most 64 texts of 1 to 256 characters)");
  }

  private static DecodingOptions.Builder own() {
    return DecodingOptions.newBuilder();
  }

  @Test
  void aContradictionOfARequestIsAnError() throws Exception {
    DecodingOptions own = DecodingOptions.newBuilder().setTemperature(1.0).setBeams(2).build();
    GenerationOptions options = DecodingSettings.GREEDY.options(Task.GROUNDED_CAPTION, 96, 0, own);
    assertThatThrownBy(options::check)
        .isInstanceOf(GroundingException.class)
        .hasMessageStartingWith("beams: 2 (expected: 1 with temperature");
  }
}
