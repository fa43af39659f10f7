package io.groundstream.evaluation.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaptionsAndQuestionsTest {
  @TempDir private Path folder;

  @Test
  void readsOneSplitOfKarpathysFile() throws Exception {
    Path file =
        write(
            "dataset.json",
            """
            {"images":[
            {"filename":"1.jpg","imgid":0,"split":"train","sentences":[{"raw":"Not this."}]},
            {"filename":"2.jpg","imgid":1,"split":"test","sentences":[{"raw":"A."},{"raw":"B."}]}],
            "dataset":"flickr30k"}
            """);

    assertThat(KarpathyFile.read(file, "test"))
        .containsExactly(new CaptionedImage("1", "2.jpg", List.of("A.", "B.")));
    assertThatThrownBy(() -> KarpathyFile.read(file, "val"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("no split val (expected: one of [test, train])");
  }

  @Test
  void rejectsImagesWithoutCaptions() throws Exception {
    Path file =
        write(
            "dataset.json",
            "{\"images\":[{\"filename\":\"1\",\"imgid\":0,\"split\":\"test\",\"sentences\":[]}]}");

    assertThatThrownBy(() -> KarpathyFile.read(file, "test"))
        .hasMessageContaining("images[0].sentences: [] (expected: at least one)");
  }

  @Test
  void readsVisualQuestionsWithTheirAnswers() throws Exception {
    Path questions =
        write(
            "v2_OpenEnded_mscoco_val2014_questions.json",
            "{\"questions\":[{\"image_id\":42,\"question\":\"Why?\",\"question_id\":42001}]}");
    Path annotations =
        write(
            "annotations.json",
            "{\"annotations\":[{\"question_id\":42001,\"answer_type\":\"other\","
                + "\"answers\":[{\"answer\":\"so\"},{\"answer\":\"no\"}]}]}");

    assertThat(VqaFiles.read(questions, annotations))
        .containsExactly(
            new VisualQuestion(
                42001, "COCO_val2014_000000000042.jpg", "Why?", List.of("so", "no"), "other"));
  }

  @Test
  void questionsOfTheServerHaveNoAnswersAndImagesOfTheTest() throws Exception {
    Path questions =
        write(
            "v2_OpenEnded_mscoco_test-dev2015_questions.json",
            "{\"questions\":[{\"image_id\":1,\"question\":\"Why?\",\"question_id\":1000}]}");

    assertThat(VqaFiles.read(questions, null))
        .containsExactly(
            new VisualQuestion(1000, "COCO_test2015_000000000001.jpg", "Why?", List.of(), ""));
  }

  @Test
  void rejectsAnswersOfOtherQuestions() throws Exception {
    Path questions =
        write(
            "v2_OpenEnded_mscoco_val2014_questions.json",
            "{\"questions\":[{\"image_id\":42,\"question\":\"Why?\",\"question_id\":42001}]}");
    Path annotations = write("annotations.json", "{\"annotations\":[]}");

    assertThatThrownBy(() -> VqaFiles.read(questions, annotations))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("questions[0].question_id: 42001 (expected: one of those in");
    assertThatThrownBy(() -> VqaFiles.read(write("q.json", "{}"), null))
        .hasMessageContaining("no split in its name");
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
