package io.groundstream.evaluation.benchmark;

import io.groundstream.evaluation.dataset.ReferringExpression;
import io.groundstream.evaluation.metric.PixelBox;
import io.groundstream.evaluation.metric.WrittenBoxes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Referring expression comprehension on RefCOCO, RefCOCO+ and RefCOCOg: the share of expressions
 * whose first box hits the object. Immutable.
 *
 * @param split val, test, testA or testB; empty if unknown
 * @param expressions the dataset
 */
public record ReferringComprehension(String split, List<ReferringExpression> expressions)
    implements Benchmark {
  public ReferringComprehension {
    expressions = List.copyOf(expressions);
  }

  /** The expressions of one dataset, and how many were hit in each of three ways. */
  private static final class Counts {
    private int expressions;
    private int first;
    private int mean;
    private int any;
  }

  @Override
  public String name() {
    return "refcoco";
  }

  @Override
  public List<Query> queries() {
    return expressions.stream()
        .map(
            one ->
                new Query(one.id(), one.image(), "phrase-grounding", one.expression(), List.of()))
        .toList();
  }

  @Override
  public String truth() {
    return expressions.toString();
  }

  @Override
  public List<Figure> figures(List<Prediction> predictions) {
    Map<String, Counts> countsByDataset = new TreeMap<>();
    for (int index = 0; index < expressions.size(); index++) {
      ReferringExpression one = expressions.get(index);
      List<PixelBox> boxes =
          WrittenBoxes.of(
              predictions.get(index).text(), one.expression().strip(), one.width(), one.height());
      Counts counts = countsByDataset.computeIfAbsent(one.dataset(), unused -> new Counts());
      counts.expressions++;
      counts.first += boxes.get(0).hits(one.box()) ? 1 : 0;
      counts.mean += PixelBox.mean(boxes).hits(one.box()) ? 1 : 0;
      counts.any += boxes.stream().anyMatch(box -> box.hits(one.box())) ? 1 : 0;
    }
    List<Figure> figures = new ArrayList<>();
    countsByDataset.forEach(
        (dataset, counts) -> {
          add(figures, "accuracy at IoU 0.5, " + dataset, counts.first, counts.expressions);
          add(figures, "mean of the boxes, " + dataset, counts.mean, counts.expressions);
          add(figures, "upper bound, " + dataset, counts.any, counts.expressions);
        });
    return figures;
  }

  private void add(List<Figure> figures, String name, int hits, int expressions) {
    figures.add(
        new Figure(name, 100.0 * hits / expressions, expressions, Published.of(this, name)));
  }

  @Override
  public Benchmark first(int count) {
    if (count >= expressions.size()) {
      return this;
    }
    return new ReferringComprehension(
        Benchmark.partOf(split, count), expressions.subList(0, count));
  }

  @Override
  public List<String> remarks() {
    return List.of("An IoU of exactly 0.5 counts as a hit.");
  }
}
