package io.groundstream.evaluation.benchmark;

import io.groundstream.evaluation.dataset.ChoiceQuestion;
import io.groundstream.evaluation.dataset.ChoiceQuestion.Choice;
import io.groundstream.evaluation.metric.ChoiceScores;
import java.util.ArrayList;
import java.util.List;

/**
 * Questions with given choices, of which the model should find the right one most likely. Choices
 * of one context are scored by one query; a question whose choices have different contexts is
 * several. Immutable.
 *
 * @param name the name on the command line
 * @param split the split; empty if unknown
 * @param questions the dataset
 * @param rule how the log probabilities of a choice's tokens make its score
 */
public record MultipleChoice(
    String name, String split, List<ChoiceQuestion> questions, ChoiceScores.Rule rule)
    implements Benchmark {
  public MultipleChoice {
    questions = List.copyOf(questions);
  }

  @Override
  public List<Query> queries() {
    List<Query> queries = new ArrayList<>();
    for (ChoiceQuestion question : questions) {
      if (hasOneContext(question)) {
        queries.add(
            query(
                question.id(), question, question.choices().get(0).context(), question.choices()));
        continue;
      }
      for (int index = 0; index < question.choices().size(); index++) {
        Choice choice = question.choices().get(index);
        queries.add(
            query(question.id() + "/" + index, question, choice.context(), List.of(choice)));
      }
    }
    return queries;
  }

  private static boolean hasOneContext(ChoiceQuestion question) {
    return question.choices().stream().map(Choice::context).distinct().count() == 1;
  }

  private static Query query(
      String id, ChoiceQuestion question, String context, List<Choice> choices) {
    return new Query(
        id,
        question.image(),
        "prompt",
        context,
        List.of(),
        choices.stream().map(choice -> choice.continuation().strip()).toList());
  }

  @Override
  public String truth() {
    return questions + " " + rule;
  }

  @Override
  public List<Figure> figures(List<Prediction> predictions) {
    List<List<double[]>> scores = new ArrayList<>();
    int next = 0;
    for (ChoiceQuestion question : questions) {
      List<double[]> ofChoices = new ArrayList<>();
      int count = hasOneContext(question) ? 1 : question.choices().size();
      for (Prediction prediction : predictions.subList(next, next + count)) {
        for (List<Double> tokens : prediction.logProbabilities()) {
          ofChoices.add(tokens.stream().mapToDouble(Double::doubleValue).toArray());
        }
      }
      next += count;
      // One that failed counts as wrong.
      scores.add(ofChoices.size() < question.choices().size() ? List.of() : ofChoices);
    }
    return ChoiceFigures.of(questions, scores, rule);
  }

  @Override
  public Benchmark first(int count) {
    return count >= questions.size()
        ? this
        : new MultipleChoice(
            name, Benchmark.partOf(split, count), questions.subList(0, count), rule);
  }

  @Override
  public List<String> remarks() {
    return rule == ChoiceScores.Rule.MEAN
        ? List.of(
            "A choice is scored by the mean log probability of its tokens behind the prompt, as in"
                + " the authors' code.")
        : List.of(
            "A choice is scored by the sum of the log probabilities of its tokens; the authors'"
                + " templates and rule are unknown.");
  }
}
