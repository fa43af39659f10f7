package io.groundstream.evaluation.benchmark;

import io.groundstream.evaluation.dataset.ChoiceQuestion;
import io.groundstream.evaluation.metric.ChoiceScores;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The figures of questions with given choices: accuracy, overall and by type. */
public final class ChoiceFigures {
  /** Right and asked questions of one type. */
  private static final class Counts {
    private int right;
    private int asked;
  }

  private ChoiceFigures() {}

  /**
   * Returns the figures.
   *
   * @param logProbabilities for each question and each of its choices, the natural logarithms of
   *     the probabilities of the continuation's tokens; empty for a question that failed, which
   *     counts as wrong
   */
  public static List<Figure> of(
      List<ChoiceQuestion> questions,
      List<List<double[]>> logProbabilities,
      ChoiceScores.Rule rule) {
    Counts all = new Counts();
    Map<String, Counts> byType = new TreeMap<>();
    for (int index = 0; index < questions.size(); index++) {
      ChoiceQuestion question = questions.get(index);
      List<double[]> ofChoices = logProbabilities.get(index);
      boolean failed = ofChoices.isEmpty();
      if (!failed && ofChoices.size() != question.choices().size()) {
        throw new IllegalArgumentException(
            "choices scored: "
                + ofChoices.size()
                + " (expected: "
                + question.choices().size()
                + " of question "
                + question.id()
                + ")");
      }
      boolean right = !failed && ChoiceScores.best(ofChoices, rule) == question.answer();
      Counts ofType = byType.computeIfAbsent(question.type(), unused -> new Counts());
      for (Counts counts : List.of(all, ofType)) {
        counts.asked++;
        counts.right += right ? 1 : 0;
      }
    }
    List<Figure> figures = new ArrayList<>();
    figures.add(figure("accuracy", all));
    if (byType.size() > 1) {
      byType.forEach((type, counts) -> figures.add(figure("accuracy, " + type, counts)));
    }
    return figures;
  }

  private static Figure figure(String name, Counts counts) {
    return new Figure(name, 100.0 * counts.right / counts.asked, counts.asked, null);
  }
}
