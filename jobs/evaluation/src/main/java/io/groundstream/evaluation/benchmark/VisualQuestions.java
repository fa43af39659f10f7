package io.groundstream.evaluation.benchmark;

import io.groundstream.evaluation.dataset.VisualQuestion;
import io.groundstream.evaluation.metric.VqaAnswers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Visual questions of VQAv2. Without public answers there are no figures, but the server's file can
 * be written. Immutable.
 *
 * @param split such as val or test-dev; empty if unknown
 * @param questions the dataset
 */
public record VisualQuestions(String split, List<VisualQuestion> questions) implements Benchmark {
  public VisualQuestions {
    questions = List.copyOf(questions);
  }

  @Override
  public String name() {
    return "vqav2";
  }

  @Override
  public List<Query> queries() {
    return questions.stream()
        .map(
            one ->
                new Query(
                    String.valueOf(one.id()), one.image(), "question", one.question(), List.of()))
        .toList();
  }

  @Override
  public String truth() {
    return questions.toString();
  }

  @Override
  public List<Figure> figures(List<Prediction> predictions) {
    double sum = 0;
    int count = 0;
    Map<String, List<Double>> byType = new TreeMap<>();
    for (int index = 0; index < questions.size(); index++) {
      VisualQuestion question = questions.get(index);
      if (!question.answers().isEmpty()) {
        double accuracy = VqaAnswers.accuracy(predictions.get(index).answer(), question.answers());
        sum += accuracy;
        count++;
        byType.computeIfAbsent(question.answerType(), unused -> new ArrayList<>()).add(accuracy);
      }
    }
    List<Figure> figures = new ArrayList<>();
    if (count > 0) {
      add(figures, "accuracy", sum / count, count);
      byType.forEach(
          (type, values) ->
              add(
                  figures,
                  "accuracy, " + type,
                  values.stream().mapToDouble(Double::doubleValue).average().orElseThrow(),
                  values.size()));
    }
    return figures;
  }

  private void add(List<Figure> figures, String name, double share, int count) {
    figures.add(new Figure(name, 100 * share, count, Published.of(this, name)));
  }

  @Override
  public Benchmark first(int count) {
    if (count >= questions.size()) {
      return this;
    }
    return new VisualQuestions(Benchmark.partOf(split, count), questions.subList(0, count));
  }

  @Override
  public List<String> remarks() {
    return List.of(
        "The whole answer counts; how the authors cut answers that are sentences is unknown.",
        "Their figure, 51.1, is of test-dev, whose answers only the server knows.");
  }
}
