package io.groundstream.kosmos2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.kosmos2.decoding.Constraint;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.kosmos2.program.LoadProgress;
import io.groundstream.kosmos2.text.GroundedText;
import io.groundstream.kosmos2.text.Phrase;
import io.groundstream.kosmos2.text.Task;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Requests with constraints, answered by the demo checkpoint. */
final class ConstrainedAnswersTest {
  @Test
  void answersKeepTheConstraintAndImpossibleOnesAreRefused() throws Exception {
    Kosmos2Options options =
        Kosmos2Options.builder(Path.of("../demo-checkpoint")).optDevice(DeviceSpec.CPU).build();
    try (Kosmos2 model = Kosmos2.load(options, LoadProgress.NONE)) {
      byte[] image = Files.readAllBytes(Path.of("../../jobs/demo-scenes/scene-000.jpg"));
      for (String choice : List.of("a tulip", "a ball")) {
        assertThat(ask(model, image, choices(choice), 20).answer()).isEqualTo(choice);
      }
      assertThat(ask(model, image, choices("a tulip", "a ball", "a ball and a tulip"), 20).answer())
          .isIn("a tulip", "a ball", "a ball and a tulip");
      assertThat(ask(model, image, new Constraint.WellFormed(1, true), 20).phrases()).hasSize(1);
      GroundedText grounded =
          ask(model, image, new Constraint.Phrases(List.of("a ball", "a tulip"), 1), 30);
      assertThat(grounded.phrases())
          .extracting(Phrase::phrase)
          .containsExactly("a ball", "a tulip");
      assertThat(grounded.phrases())
          .allSatisfy(
              phrase ->
                  assertThat(phrase.boxes())
                      .singleElement()
                      .matches(box -> !box.given() && !box.corrected()));
      assertThat(grounded.answer()).isEqualTo("a ball a tulip");
      assertThatThrownBy(() -> ask(model, image, new Constraint.Phrases(List.of("a ball"), 1), 7))
          .hasMessageContaining("max-new-tokens: 7 (expected: >= 8");
      assertThatThrownBy(
              () -> ask(model, image, new Constraint.Phrases(List.of("a ball", " "), 1), 30))
          .hasMessageContaining("phrase: number 2 has 0 tokens");
      assertThatThrownBy(() -> ask(model, image, new Constraint.Phrases(List.of(), 1), 30))
          .hasMessageContaining("phrase: 0 texts (expected: 1 to 64)");
      assertThatThrownBy(() -> ask(model, image, new Constraint.Phrases(List.of("a"), 0), 30))
          .hasMessageContaining("max-boxes: 0 (expected: >= 1)");
      assertThatThrownBy(
              () ->
                  model
                      .ground(
                          new GroundingRequest(
                              Task.PHRASE_GROUNDING,
                              "a ball",
                              List.of(),
                              model.prepare(image),
                              GenerationOptions.builder()
                                  .optConstraint(choices("a tulip"))
                                  .build()))
                      .get(1, TimeUnit.MINUTES))
          .hasMessageContaining("choices: after a prompt that ends in an open span");
      assertThatThrownBy(() -> ask(model, image, choices(), 20))
          .hasMessageContaining("choice: 0 texts (expected: 1 to 64)");
      assertThatThrownBy(() -> ask(model, image, choices("a ball", " "), 20))
          .hasMessageContaining("choice: number 2 has 0 tokens");
      assertThatThrownBy(() -> ask(model, image, choices("a ball", "a  ball "), 1))
          .hasMessageContaining("(expected: <= 0, one less than max-new-tokens)");
      assertThatThrownBy(() -> ask(model, image, choices("a ball", "a ball "), 20))
          .hasMessageContaining("choice: number 2 has the tokens of number 1");
      assertThatThrownBy(() -> ask(model, image, new Constraint.WellFormed(1, true), 6))
          .hasMessageContaining("max-new-tokens: 6 (expected: >= 7");
    }
  }

  private static Constraint choices(String... texts) {
    return new Constraint.Choices(List.of(texts));
  }

  private static GroundedText ask(
      Kosmos2 model, byte[] image, Constraint constraint, int maxNewTokens) throws Exception {
    return model
        .ground(
            new GroundingRequest(
                Task.QUESTION,
                "What is in the image?",
                List.of(),
                model.prepare(image),
                GenerationOptions.builder()
                    .optMaxNewTokens(maxNewTokens)
                    .optConstraint(constraint)
                    .build()))
        .get(1, TimeUnit.MINUTES)
        .grounded();
  }
}
