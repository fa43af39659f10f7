package io.groundstream.evaluation.benchmark;

import io.groundstream.evaluation.dataset.DatasetException;
import io.groundstream.evaluation.dataset.ReferringExpression;
import io.groundstream.evaluation.metric.LocationGrid;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Referring expression generation on RefCOCOg: one question for each object, whose references are
 * all expressions of it. Immutable.
 *
 * @param split val or test; empty if unknown
 * @param objects for each object, its expressions
 * @param grounded whether {@code <grounding>} stands before the prompt
 * @param meteorJar the user's METEOR; null to leave it out
 */
public record ReferringGeneration(
    String split,
    List<List<ReferringExpression>> objects,
    boolean grounded,
    @Nullable Path meteorJar)
    implements Benchmark {
  private static final Pattern SENTENCE_END = Pattern.compile("[.!?](?=\\s|$)");

  public ReferringGeneration {
    objects = List.copyOf(objects);
  }

  /** Groups expressions by their object, in order of its first one. */
  public static List<List<ReferringExpression>> byObject(List<ReferringExpression> expressions) {
    Map<String, List<ReferringExpression>> byObject = new LinkedHashMap<>();
    for (ReferringExpression one : expressions) {
      byObject.computeIfAbsent(one.object(), unused -> new ArrayList<>()).add(one);
    }
    return List.copyOf(byObject.values());
  }

  @Override
  public String name() {
    return "refcocog-generation";
  }

  @Override
  public List<Query> queries() {
    return objects.stream().map(expressions -> query(expressions.get(0))).toList();
  }

  private Query query(ReferringExpression one) {
    if (grounded) {
      return new Query(
          one.object(),
          one.image(),
          "referring-expression",
          null,
          List.of(
              within(one.box().xMin() / one.width()),
              within(one.box().yMin() / one.height()),
              within(one.box().xMax() / one.width()),
              within(one.box().yMax() / one.height())));
    }
    return new Query(
        one.object(),
        one.image(),
        "prompt",
        "<phrase> It</phrase><object>"
            + LocationGrid.write(one.box(), one.width(), one.height())
            + "</object> is",
        List.of());
  }

  /** Annotators' boxes can end a fraction of a pixel beyond the image. */
  private static double within(double coordinate) {
    return Math.max(0, Math.min(1, coordinate));
  }

  @Override
  public String truth() {
    return objects.toString();
  }

  @Override
  public List<Figure> figures(List<Prediction> predictions) throws DatasetException {
    return CaptionFigures.of(
        this,
        predictions.stream().map(one -> firstSentence(one.answer())).toList(),
        objects.stream()
            .map(expressions -> expressions.stream().map(ReferringExpression::expression).toList())
            .toList(),
        meteorJar);
  }

  /** Returns an answer up to the end of its first sentence, without the mark that ends it. */
  static String firstSentence(String answer) {
    Matcher end = SENTENCE_END.matcher(answer);
    return end.find() ? answer.substring(0, end.start()) : answer;
  }

  @Override
  public Benchmark first(int count) {
    if (count >= objects.size()) {
      return this;
    }
    return new ReferringGeneration(
        Benchmark.partOf(split, count), objects.subList(0, count), grounded, meteorJar);
  }

  @Override
  public List<String> remarks() {
    return List.of(
        grounded
            ? "<grounding> stands before the prompt; the authors do not say whether it did."
            : "No <grounding> stands before the prompt; the authors do not say whether one did.",
        "The answer is cut at its first sentence end, which the authors do not describe.",
        "CIDEr uses a tokeniser of our own in place of Stanford's.");
  }
}
