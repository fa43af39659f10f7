package io.groundstream.evaluation.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.evaluation.dataset.ChoiceQuestion;
import io.groundstream.evaluation.dataset.ChoiceQuestion.Choice;
import io.groundstream.evaluation.metric.ChoiceScores.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChoiceFiguresTest {
  private static final List<ChoiceQuestion> QUESTIONS =
      List.of(question("1", "count", 0), question("2", "count", 1), question("3", "place", 1));

  private static final List<List<double[]>> SCORES =
      List.of(
          List.of(new double[] {-1, -1}, new double[] {-1.5}),
          List.of(new double[] {-1, -1}, new double[] {-1.5}),
          List.of(new double[] {-3}, new double[] {-2}));

  @Test
  void accuracyIsThatOfTheLikeliestChoices() {
    assertThat(ChoiceFigures.of(QUESTIONS, SCORES, Rule.MEAN))
        .containsExactly(
            new Figure("accuracy", 200 / 3.0, 3, null),
            new Figure("accuracy, count", 50, 2, null),
            new Figure("accuracy, place", 100, 1, null));
    // By the sum, the second choice of all three.
    assertThat(ChoiceFigures.of(QUESTIONS.subList(0, 1), SCORES.subList(0, 1), Rule.SUM))
        .containsExactly(new Figure("accuracy", 0, 1, null));
  }

  @Test
  void everyChoiceNeedsAScore() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ChoiceFigures.of(
                    QUESTIONS.subList(0, 1), List.of(List.of(new double[] {-1})), Rule.SUM))
        .withMessage("choices scored: 1 (expected: 2 of question 1)");
  }

  @Test
  void aQuestionThatFailedIsWrong() {
    assertThat(
            ChoiceFigures.of(QUESTIONS, List.of(SCORES.get(0), List.of(), SCORES.get(2)), Rule.SUM))
        .contains(new Figure("accuracy", 100 / 3.0, 3, null));
  }

  @Test
  void choicesOfOneContextAreOneQuery() throws Exception {
    ChoiceQuestion gap =
        new ChoiceQuestion(
            "7", "a.jpg", "gap", List.of(new Choice("a b", " d"), new Choice("a c", " d")), 1);
    MultipleChoice benchmark =
        new MultipleChoice("winograd", "val", List.of(QUESTIONS.get(1), gap), Rule.SUM);

    assertThat(benchmark.queries())
        .containsExactly(
            new Query("2", null, "prompt", "a", List.of(), List.of("b", "c")),
            new Query("7/0", "a.jpg", "prompt", "a b", List.of(), List.of("d")),
            new Query("7/1", "a.jpg", "prompt", "a c", List.of(), List.of("d")));
    assertThat(
            benchmark.figures(
                List.of(
                    Prediction.scored("2", List.of(List.of(-2.0), List.of(-1.0, -0.5))),
                    Prediction.scored("7/0", List.of(List.of(-1.0))),
                    Prediction.scored("7/1", List.of(List.of(-2.0))))))
        .contains(new Figure("accuracy", 50, 2, null));
    assertThat(
            benchmark.figures(
                List.of(
                    Prediction.failed("2", "candidates-invalid"),
                    Prediction.scored("7/0", List.of(List.of(-2.0))),
                    Prediction.scored("7/1", List.of(List.of(-1.0))))))
        .contains(new Figure("accuracy", 50, 2, null));
    assertThat(benchmark.first(1).queries()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"seed-bench", "hellaswag", "storycloze", "boolq"})
  void theirFilesAreRequired(String name) {
    assertThatThrownBy(
            () ->
                Benchmarks.open(
                    name,
                    new BenchmarkFiles(null, null, null, null),
                    new BenchmarkOptions(true, false, null)))
        .hasMessageContaining("--annotations: not given (expected: ");
  }

  private static ChoiceQuestion question(String id, String type, int answer) {
    return new ChoiceQuestion(
        id, null, type, List.of(new Choice("a", " b"), new Choice("a", " c")), answer);
  }
}
