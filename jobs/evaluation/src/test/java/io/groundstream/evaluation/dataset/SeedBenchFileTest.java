package io.groundstream.evaluation.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.evaluation.dataset.ChoiceQuestion.Choice;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedBenchFileTest {
  private static final String QUESTION =
      "{\"question_id\":\"7\",\"data_id\":\"1.jpg\",\"data_type\":\"image\","
          + "\"question_type_id\":5,\"question\":\"Where?\",\"choice_a\":\"Here\","
          + "\"choice_b\":\"There\",\"choice_c\":\"No\",\"choice_d\":\"Up\",\"answer\":\"B\"}";

  @TempDir private Path folder;

  @Test
  void readsQuestionsAboutImages() throws Exception {
    List<ChoiceQuestion> questions =
        read(QUESTION + "," + QUESTION.replace("\"image\"", "\"video\""));

    assertThat(questions).hasSize(1);
    assertThat(questions.get(0).choices().get(1))
        .isEqualTo(new Choice("Question: Where? Answer:", " There"));
    assertThat(questions.get(0)).returns(1, ChoiceQuestion::answer);
    assertThat(questions.get(0)).returns("Spatial Relation", ChoiceQuestion::type);
  }

  @Test
  void readsTheScenes() throws Exception {
    assertThat(SeedBenchFile.read(Scenes.FOLDER.resolve("SEED-Bench.json"))).hasSize(48);
  }

  @Test
  void rejectsOtherFiles() {
    assertThatThrownBy(() -> read(QUESTION.replace("\"B\"", "\"E\"")))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("questions[0].answer: \"E\" (expected: A, B, C or D)");
    assertThatThrownBy(() -> read(QUESTION.replace("choice_d", "choice_e")))
        .hasMessageContaining("questions[0].choice_d: missing");
    assertThatThrownBy(() -> SeedBenchFile.read(folder.resolve("none.json")))
        .hasMessageContaining("none.json: no such file");
  }

  private List<ChoiceQuestion> read(String questions) throws Exception {
    return SeedBenchFile.read(
        Files.writeString(
            folder.resolve("seed.json"),
            "{\"questions\":[" + questions + "],\"question_type\":{\"Spatial Relation\":5}}"));
  }
}
