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

  @ParameterizedTest
  @ValueSource(strings = {"seed-bench", "hellaswag", "storycloze", "boolq"})
  void benchmarksThatNeedScoresAreRefused(String name) {
    assertThatThrownBy(
            () ->
                Benchmarks.open(
                    name,
                    new BenchmarkFiles(null, null, null, null),
                    new BenchmarkOptions(true, false, null)))
        .hasMessageContaining(
            name + " compares the likelihood of given choices, which the model cannot score yet");
  }

  private static ChoiceQuestion question(String id, String type, int answer) {
    return new ChoiceQuestion(
        id, null, type, List.of(new Choice("a", " b"), new Choice("a", " c")), answer);
  }
}
