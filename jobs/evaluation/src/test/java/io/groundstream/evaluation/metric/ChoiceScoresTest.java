package io.groundstream.evaluation.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.groundstream.evaluation.metric.ChoiceScores.Rule;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChoiceScoresTest {
  @Test
  void meanAndSumPreferDifferentChoices() {
    List<double[]> choices = List.of(new double[] {-1.5}, new double[] {-1, -1}, new double[] {-3});

    assertThat(ChoiceScores.best(choices, Rule.MEAN)).isEqualTo(1);
    assertThat(ChoiceScores.best(choices, Rule.SUM)).isEqualTo(0);
  }

  @Test
  void theFirstOfEqualChoicesWins() {
    assertThat(
            ChoiceScores.best(
                List.of(new double[] {-2}, new double[] {-1}, new double[] {-1}), Rule.MEAN))
        .isEqualTo(1);
  }

  @Test
  void rejectsChoicesWithoutTokens() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChoiceScores.best(List.of(new double[] {-2}, new double[0]), Rule.SUM))
        .withMessage("tokens of a choice: 0 (expected: >= 1)");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ChoiceScores.best(List.of(), Rule.SUM))
        .withMessage("choices: 0 (expected: >= 1)");
  }
}
