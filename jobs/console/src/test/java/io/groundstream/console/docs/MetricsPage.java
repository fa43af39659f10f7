package io.groundstream.console.docs;

import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The reference of metrics as Markdown: a section for each place, a row for each metric. */
public final class MetricsPage {
  private static final String HEAD =
      """
      # Metrics

      The metrics of the jobs, besides Flink's and Kafka's own. All are below the group
      `groundstream` of their operator. The names are those of Flink's Prometheus reporter; other
      reporters compose them differently. This page is generated from the code.

      - All metrics have Flink's labels, such as `job_name`, `operator_name`, `subtask_index`,
        `tm_id` and `host`; the column has the others. The reporter replaces everything but letters
        and digits in values (`image-format-unknown` becomes `image_format_unknown`) unless
        `metrics.reporter.NAME.filterLabelValueCharacters` is `false`.
      - Histograms are summaries to Prometheus: a series for each `quantile` (0.5, 0.75, 0.95, 0.98,
        0.99, 0.999) of the last minute, right to one part in 25, `NaN` where nothing happened, and `_count`
        of all since the start.
      - Counters and sums begin anew when a task starts, as `rate()` and `increase()` expect it.
        Counters of Flink are gauges to Prometheus, which makes no difference to these.
      - All subtasks of a task manager share one engine for each device, and each of them shows that
        engine. Take one of them before adding up:
        `sum(max by (tm_id, device) (rate(%s[1m])))`. The engine outlives
        restarts of the job, and with it the sums.
      """
          .formatted(Metric.NEW_TOKENS.prometheusName());

  private MetricsPage() {}

  /** Returns the complete page. */
  public static String render() {
    StringBuilder page = new StringBuilder(HEAD);
    for (MetricPlace place : MetricPlace.values()) {
      page.append("\n## ").append(place.title()).append("\n\n");
      page.append("Of ").append(place.jobs()).append("; names begin with `");
      page.append(place.scope()).append("_`.\n\n");
      page.append("| Name | Type | Unit | Labels | Meaning |\n|---|---|---|---|---|\n");
      for (Metric metric : Metric.values()) {
        if (metric.place() == place) {
          page.append(row(metric));
        }
      }
    }
    return page.toString();
  }

  private static String row(Metric metric) {
    List<String> labels = new ArrayList<>(metric.place().labels());
    labels.addAll(metric.ownLabels());
    String name = metric.prometheusName().substring(metric.place().scope().length() + 1);
    return "| `%s` | %s | %s | %s | %s |\n"
        .formatted(
            name,
            metric.kind().name().toLowerCase(Locale.ROOT),
            metric.unit(),
            labels.stream().map(label -> "`" + label + "`").collect(Collectors.joining(", ")),
            metric.meaning());
  }
}
