package io.groundstream.operators.metrics;

import io.groundstream.kosmos2.timing.DurationHistogram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Meter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

/**
 * Registers the {@link Metric}s of one place with Flink, each under its name. Thread-safe.
 *
 * <pre>{@code
 * Metrics metrics = Metrics.of(MetricPlace.GROUNDING, getRuntimeContext().getMetricGroup());
 * Counter events = metrics.counter(Metric.EVENTS);
 * }</pre>
 */
public final class Metrics {
  /** The maximum number of values of a label; further ones are counted together. */
  private static final int MOST_VALUES = 100;

  private static final String OTHER = "other";

  private final MetricPlace place;
  private final MetricGroup group;
  private final Map<Metric, Map<String, Counter>> labelled = new ConcurrentHashMap<>();

  private Metrics(MetricPlace place, MetricGroup group) {
    this.place = place;
    this.group = group;
  }

  /**
   * Returns the metrics of a place.
   *
   * @param operator the metric group of the operator or other owner
   * @param labels the values of the place's labels, in order
   */
  public static Metrics of(MetricPlace place, MetricGroup operator, String... labels) {
    if (labels.length != place.labels().size()) {
      throw new IllegalArgumentException(
          "labels of %s: %s (expected: values of %s)"
              .formatted(place, List.of(labels), place.labels()));
    }
    MetricGroup group = operator.addGroup(Metric.ROOT);
    for (String name : place.groups()) {
      group = group.addGroup(name);
    }
    for (int i = 0; i < labels.length; i++) {
      group = group.addGroup(place.labels().get(i), labels[i]);
    }
    return new Metrics(place, group);
  }

  /** Returns a counter that any thread may use. */
  public Counter counter(Metric metric) {
    check(metric, Metric.Kind.COUNTER, 0);
    return group.counter(metric.metricName(), new ThreadSafeSimpleCounter());
  }

  /**
   * Returns the counter for one value of the metric's own label. After the first hundred values,
   * all further ones share the value {@code other}.
   */
  public Counter counter(Metric metric, String value) {
    check(metric, Metric.Kind.COUNTER, 1);
    Map<String, Counter> counters =
        labelled.computeIfAbsent(metric, any -> new ConcurrentHashMap<>());
    String bounded = counters.size() < MOST_VALUES || counters.containsKey(value) ? value : OTHER;
    return counters.computeIfAbsent(
        bounded,
        any ->
            group
                .addGroup(metric.ownLabels().get(0), bounded)
                .counter(metric.metricName(), new ThreadSafeSimpleCounter()));
  }

  public <T> void gauge(Metric metric, Gauge<T> gauge) {
    check(metric, Metric.Kind.GAUGE, 0);
    Gauge<T> unused = group.gauge(metric.metricName(), gauge);
  }

  public <M extends Meter> M meter(Metric metric, M meter) {
    check(metric, Metric.Kind.METER, 0);
    return group.meter(metric.metricName(), meter);
  }

  /** Returns a histogram of the last minute that any thread may use. */
  public DurationHistogram histogram(Metric metric) {
    DurationHistogram durations = new DurationHistogram();
    histogram(metric, durations);
    return durations;
  }

  /** Registers a histogram that the caller fills. */
  public void histogram(Metric metric, DurationHistogram durations) {
    check(metric, Metric.Kind.HISTOGRAM, 0);
    LatencyMetric unused = group.histogram(metric.metricName(), new LatencyMetric(durations));
  }

  private void check(Metric metric, Metric.Kind kind, int ownLabels) {
    List<String> problems = new ArrayList<>();
    if (metric.place() != place) {
      problems.add("is of " + metric.place());
    }
    if (metric.kind() != kind || metric.ownLabels().size() != ownLabels) {
      problems.add("is a " + metric.kind() + " with labels " + metric.ownLabels());
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "%s: %s (expected: a %s of %s with %d labels of its own)"
              .formatted(metric, String.join(" and ", problems), kind, place, ownLabels));
    }
  }
}
