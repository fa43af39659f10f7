package io.groundstream.operators.metrics;

import java.util.List;

/** The places of metrics: the part of a job that has them, with its groups and labels. */
public enum MetricPlace {
  GROUNDING("Grounding", "`enrich`, `backfill`", Scope.OPERATOR, List.of(), List.of()),
  PICTURES(
      "Images under way", "`enrich`, `backfill`", Scope.OPERATOR, List.of("pictures"), List.of()),
  TRACES("Traces", "`enrich`, `backfill`", Scope.OPERATOR, List.of("traces"), List.of()),
  ENGINE("Engine", "`enrich`, `backfill`", Scope.OPERATOR, List.of("engine"), List.of("device")),
  MODEL(
      "Model",
      "`enrich`, `backfill`",
      Scope.OPERATOR,
      List.of(),
      List.of("model", "revision", "dtype", "device")),
  TALLY("Results of a backfill", "`backfill`", Scope.OPERATOR, List.of(), List.of()),
  ARCHIVE_ENUMERATOR("Listing of an archive", "`backfill`", Scope.ENUMERATOR, List.of(), List.of()),
  ARCHIVE_READER("Readers of an archive", "`backfill`", Scope.OPERATOR, List.of(), List.of()),
  INDEX_READ("Records for the index", "`index`", Scope.OPERATOR, List.of(), List.of()),
  INDEX_JOIN("Join of results", "`index`", Scope.OPERATOR, List.of(), List.of()),
  INDEX_SINK("Search index", "`index`", Scope.OPERATOR, List.of(), List.of());

  /** The prefixes that Flink puts before the names. */
  private static final class Scope {
    static final String OPERATOR = "flink_taskmanager_job_task_operator";
    static final String ENUMERATOR = "flink_jobmanager_job_operator_coordinator_enumerator";

    private Scope() {}
  }

  private final String title;
  private final String jobs;
  private final String scope;

  @SuppressWarnings("ImmutableEnumChecker") // Of List.of.
  private final List<String> groups;

  @SuppressWarnings("ImmutableEnumChecker") // Of List.of.
  private final List<String> labels;

  MetricPlace(String title, String jobs, String scope, List<String> groups, List<String> labels) {
    this.title = title;
    this.jobs = jobs;
    this.scope = scope;
    this.groups = groups;
    this.labels = labels;
  }

  public String title() {
    return title;
  }

  /** Returns the commands whose jobs have this place, as Markdown. */
  public String jobs() {
    return jobs;
  }

  /** Returns the prefix that Flink's Prometheus reporter puts before the names. */
  public String scope() {
    return scope;
  }

  List<String> groups() {
    return groups;
  }

  /** Returns the labels of all metrics at this place. */
  public List<String> labels() {
    return labels;
  }
}
