package io.groundstream.evaluation.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.evaluation.dataset.ChoiceQuestion.Choice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanguageTaskTest {
  @TempDir private Path folder;

  @Test
  void readsHellaSwag() throws Exception {
    ChoiceQuestion question =
        one(
            LanguageTask.HELLASWAG,
            "{\"ctx\":\"A man\",\"endings\":[\"sits.\",\"flies.\",\"is\"],\"label\":1}");

    assertThat(question.choices())
        .containsExactly(
            new Choice("A man", " sits."),
            new Choice("A man", " flies."),
            new Choice("A man", " is"));
    assertThat(question.answer()).isEqualTo(1);
  }

  @Test
  void readsPiqaWithItsFileOfLabels() throws Exception {
    Files.writeString(folder.resolve("task-labels.lst"), "1\n");

    ChoiceQuestion question =
        one(LanguageTask.PIQA, "{\"goal\":\"To rest\",\"sol1\":\"run\",\"sol2\":\"sit\"}");

    assertThat(question.choices())
        .containsExactly(new Choice("To rest", " run"), new Choice("To rest", " sit"));
    assertThat(question.answer()).isEqualTo(1);
  }

  @Test
  void whatFollowsTheGapIsScoredBehindEitherOption() throws Exception {
    ChoiceQuestion question =
        one(
            LanguageTask.WINOGRANDE,
            "{\"sentence\":\"Ann helps Sue as _ is kind.\",\"option1\":\"Ann\",\"option2\":\"Sue\","
                + "\"answer\":\"1\"}");

    assertThat(question.choices())
        .containsExactly(
            new Choice("Ann helps Sue as Ann", " is kind."),
            new Choice("Ann helps Sue as Sue", " is kind."));
    assertThat(question.answer()).isZero();
  }

  @Test
  void readsBoolQ() throws Exception {
    ChoiceQuestion question =
        one(
            LanguageTask.BOOLQ,
            "{\"passage\":\"Ice is cold.\",\"question\":\"is ice cold\",\"answer\":true}");

    assertThat(question.choices().get(question.answer()))
        .isEqualTo(new Choice("Ice is cold. Question: is ice cold? Answer:", " yes"));
  }

  @Test
  void readsCb() throws Exception {
    ChoiceQuestion question =
        one(
            LanguageTask.CB,
            "{\"premise\":\"It rains.\",\"hypothesis\":\"It is wet.\",\"label\":\"neutral\"}");

    assertThat(question.choices().get(question.answer()).continuation()).isEqualTo(" Neither");
  }

  @Test
  void readsCopa() throws Exception {
    ChoiceQuestion question =
        one(
            LanguageTask.COPA,
            "{\"premise\":\"The man fell.\",\"choice1\":\"It was icy.\",\"choice2\":\"He sang.\","
                + "\"question\":\"cause\",\"label\":0}");

    assertThat(question.choices())
        .containsExactly(
            new Choice("The man fell because", " it was icy."),
            new Choice("The man fell because", " he sang."));
  }

  @Test
  void readsStoryClozesCsv() throws Exception {
    ChoiceQuestion question =
        one(
            LanguageTask.STORYCLOZE,
            "InputStoryid,InputSentence1,InputSentence2,InputSentence3,InputSentence4,"
                + "RandomFifthSentenceQuiz1,RandomFifthSentenceQuiz2,AnswerRightEnding\n"
                + "ab-1,Ann ran.,\"She fell, hard.\",\"She said \"\"ow\"\".\",Help came.,She "
                + "slept.,She thanked them.,2\n");

    assertThat(question.choices())
        .containsExactly(
            new Choice("Ann ran. She fell, hard. She said \"ow\". Help came.", " She slept."),
            new Choice(
                "Ann ran. She fell, hard. She said \"ow\". Help came.", " She thanked them."));
    assertThat(question.answer()).isEqualTo(1);
  }

  @Test
  void rejectsOtherFiles() {
    assertThatThrownBy(() -> one(LanguageTask.HELLASWAG, "{\"ctx\":\"A\",\"endings\":[\"b\"]}"))
        .isInstanceOf(DatasetException.class)
        .hasMessageContaining("line 1.label: missing (expected: an integer)");
    assertThatThrownBy(
            () ->
                one(
                    LanguageTask.HELLASWAG,
                    "{\"ctx\":\"A\",\"endings\":[\"b\",\"c\"],\"label\":2}"))
        .hasMessageContaining("label: 2 (expected: from 0 to 1)");
    assertThatThrownBy(() -> one(LanguageTask.PIQA, "{}"))
        .hasMessageContaining("task-labels.lst: no such file");
    assertThatThrownBy(
            () ->
                one(
                    LanguageTask.WINOGRAD,
                    "{\"sentence\":\"No gap.\",\"option1\":\"a\",\"option2\":\"b\",\"answer\":1}"))
        .hasMessageContaining("(expected: one gap, written _)");
    assertThatThrownBy(() -> one(LanguageTask.STORYCLOZE, "a,b\n"))
        .hasMessageContaining("line 1: 2 cells");
    assertThatThrownBy(() -> one(LanguageTask.COPA, "")).hasMessageContaining("no question");
    assertThatThrownBy(() -> one(LanguageTask.COPA, "{")).hasMessageContaining("not JSON");
  }

  private ChoiceQuestion one(LanguageTask task, String text) throws IOException, DatasetException {
    Path file = Files.writeString(folder.resolve("task.jsonl"), text);
    List<ChoiceQuestion> questions = task.read(file);
    assertThat(questions).hasSize(1);
    return questions.get(0);
  }
}
