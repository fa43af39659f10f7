package io.groundstream.evaluation.run;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.evaluation.benchmark.Benchmark;
import io.groundstream.evaluation.benchmark.Figure;
import io.groundstream.evaluation.benchmark.Prediction;
import io.groundstream.evaluation.dataset.DatasetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The figures of one benchmark, from one or several runs with different number formats and batch
 * sizes. Our figures are those of the first run; the others show their spread. Immutable.
 */
public final class Report {
  private static final JsonMapper JSON = new JsonMapper();

  private final Benchmark benchmark;
  private final List<Run> runs;

  /**
   * One run.
   *
   * @param settings the run's settings
   * @param figures its figures
   * @param failed how many queries failed, which count as wrong
   */
  public record Run(Map<String, String> settings, List<Figure> figures, long failed) {
    public Run {
      figures = List.copyOf(figures);
    }

    /** Judges the predictions of a run. */
    public static Run of(
        Benchmark benchmark, Map<String, String> settings, List<Prediction> predictions)
        throws DatasetException {
      return new Run(
          settings,
          benchmark.figures(predictions),
          predictions.stream().filter(prediction -> prediction.error() != null).count());
    }
  }

  /**
   * @param runs at least one
   */
  public Report(Benchmark benchmark, List<Run> runs) {
    this.benchmark = benchmark;
    this.runs = List.copyOf(runs);
  }

  /** Returns how many queries failed in all runs together. */
  public long failed() {
    return runs.stream().mapToLong(Run::failed).sum();
  }

  /** Returns the report as rows of a table, the first of which has the headings. */
  public List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    List<String> headings = new ArrayList<>(List.of("figure", "ours", "published", "of"));
    if (runs.size() > 1) {
      headings.add("spread");
    }
    rows.add(headings);
    for (int index = 0; index < runs.get(0).figures().size(); index++) {
      Figure figure = runs.get(0).figures().get(index);
      List<String> row = new ArrayList<>();
      row.add(figure.name());
      row.add(number(figure.value()));
      row.add(figure.published() == null ? "–" : number(figure.published()));
      row.add(String.valueOf(figure.count()));
      if (runs.size() > 1) {
        row.add(number(least(index)) + " … " + number(most(index)));
      }
      rows.add(row);
    }
    return rows;
  }

  /** Returns the sentences below the table: settings, remarks, failures. */
  public List<String> notes() {
    List<String> notes = new ArrayList<>();
    for (Run run : runs) {
      StringBuilder line = new StringBuilder("settings:");
      run.settings()
          .forEach((key, value) -> line.append(' ').append(key).append('=').append(value));
      if (run.failed() > 0) {
        line.append("; ").append(run.failed()).append(" queries failed and count as wrong");
      }
      notes.add(line.toString());
    }
    notes.addAll(benchmark.remarks());
    return notes;
  }

  /** Returns the report as one JSON object. */
  public String json() {
    ObjectNode root = JSON.createObjectNode();
    root.put("benchmark", benchmark.name());
    root.put("split", benchmark.split());
    root.put("failed", failed());
    ArrayNode figures = root.putArray("figures");
    for (int index = 0; index < runs.get(0).figures().size(); index++) {
      Figure figure = runs.get(0).figures().get(index);
      ObjectNode entry = figures.addObject();
      entry.put("name", figure.name());
      entry.put("ours", figure.value());
      entry.put("published", figure.published());
      entry.put("count", figure.count());
      entry.put("least", least(index));
      entry.put("most", most(index));
    }
    ArrayNode entries = root.putArray("runs");
    for (Run run : runs) {
      ObjectNode entry = entries.addObject();
      ObjectNode settings = entry.putObject("settings");
      run.settings().forEach(settings::put);
      entry.put("failed", run.failed());
      ObjectNode values = entry.putObject("figures");
      run.figures().forEach(figure -> values.put(figure.name(), figure.value()));
    }
    benchmark.remarks().forEach(root.putArray("remarks")::add);
    return root.toString();
  }

  private double least(int index) {
    return runs.stream().mapToDouble(run -> run.figures().get(index).value()).min().orElseThrow();
  }

  private double most(int index) {
    return runs.stream().mapToDouble(run -> run.figures().get(index).value()).max().orElseThrow();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
