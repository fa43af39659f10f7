package io.groundstream.console.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Measurements of two builds that ran in turns. A ratio is that of two neighbouring runs, so that
 * what changes slowly on the machine concerns both alike.
 */
public final class Comparison {
  /** Compared where all runs have them: an earlier build may lack some. */
  private static final List<String> FIGURES =
      List.of(
          "images_per_second",
          "tokens_per_second",
          "cpu_seconds",
          "latency_ms.p50",
          "latency_ms.p99",
          "time_split_seconds.encode",
          "time_split_seconds.prefill",
          "time_split_seconds.decode",
          "time_split_seconds.cache",
          "time_split_seconds.scheduling",
          "time_split_seconds.idle",
          "memory.resident_bytes",
          "memory.loading_peak_bytes");

  private static final double MEBIBYTE = 1 << 20;

  private final List<JsonNode> these = new ArrayList<>();
  private final List<JsonNode> others = new ArrayList<>();

  /**
   * One figure of all runs.
   *
   * @param ratio of this build to the other; null if a run of the other has 0
   */
  private record Figure(Spread mine, Spread other, @Nullable Spread ratio) {}

  /** Adds the JSON objects of a turn of both builds. */
  public void add(JsonNode mine, JsonNode other) {
    these.add(mine);
    others.add(other);
  }

  private Map<String, Figure> figures() {
    Map<String, Figure> figures = new LinkedHashMap<>();
    for (String name : FIGURES) {
      if (have(these, name) && have(others, name)) {
        double[] mine = values(these, name);
        double[] other = values(others, name);
        double[] ratios = new double[mine.length];
        boolean finite = true;
        for (int i = 0; i < ratios.length; i++) {
          ratios[i] = mine[i] / other[i];
          finite &= Double.isFinite(ratios[i]);
        }
        figures.put(
            name, new Figure(Spread.of(mine), Spread.of(other), finite ? Spread.of(ratios) : null));
      }
    }
    return figures;
  }

  private static boolean have(List<JsonNode> runs, String name) {
    return runs.stream().allMatch(run -> at(run, name).isNumber());
  }

  private static double[] values(List<JsonNode> runs, String name) {
    return runs.stream().mapToDouble(run -> at(run, name).asDouble()).toArray();
  }

  private static JsonNode at(JsonNode run, String name) {
    return run.at("/" + name.replace('.', '/'));
  }

  /** Adds the spreads of both builds and of the ratios, and the single measurements. */
  public void addTo(ObjectNode json) {
    json.put("turns", these.size());
    ObjectNode mine = json.putObject("this");
    ObjectNode other = json.putObject("other");
    ObjectNode ratio = json.putObject("ratio");
    figures()
        .forEach(
            (name, figure) -> {
              figure.mine().addTo(mine, name);
              figure.other().addTo(other, name);
              if (figure.ratio() != null) {
                figure.ratio().addTo(ratio, name);
              }
            });
    mine.putArray("runs").addAll(these);
    other.putArray("runs").addAll(others);
  }

  /** Returns a table with a row for each figure. */
  public String text() {
    StringBuilder text =
        new StringBuilder(
            row(
                "min, median, max of " + these.size() + " turns",
                "this build",
                "the other",
                "this / other"));
    figures()
        .forEach(
            (name, figure) -> {
              boolean bytes = name.endsWith("_bytes");
              double unit = bytes ? MEBIBYTE : 1;
              text.append(System.lineSeparator())
                  .append(
                      row(
                          bytes ? name.replace("_bytes", ", MiB") : name,
                          numbers(figure.mine(), unit),
                          numbers(figure.other(), unit),
                          figure.ratio() == null ? "-" : numbers(figure.ratio(), 1)));
            });
    return text.toString();
  }

  private static String row(String name, String mine, String other, String ratio) {
    return String.format(Locale.ROOT, "%-30s %26s %26s %26s", name, mine, other, ratio);
  }

  private static String numbers(Spread spread, double unit) {
    return String.format(
        Locale.ROOT,
        "%8s %8s %8s",
        number(spread.min() / unit),
        number(spread.median() / unit),
        number(spread.max() / unit));
  }

  private static String number(double value) {
    String format = value >= 1000 ? "%.0f" : value >= 100 ? "%.1f" : value >= 10 ? "%.2f" : "%.3f";
    return String.format(Locale.ROOT, format, value);
  }
}
