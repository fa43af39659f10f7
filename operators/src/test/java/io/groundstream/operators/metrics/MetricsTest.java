package io.groundstream.operators.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.kosmos2.timing.DurationHistogram;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.HistogramStatistics;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class MetricsTest {
  private final UnregisteredMetricsGroup group = new UnregisteredMetricsGroup();

  @Test
  void arbitraryCodesDoNotCreateUnlimitedMetrics() {
    Metrics metrics = Metrics.of(MetricPlace.GROUNDING, group);
    Set<Counter> counters = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      Counter counter = metrics.counter(Metric.DEAD_LETTERS_BY_CODE, "code-" + i);
      counter.inc();
      counters.add(counter);
    }
    assertThat(counters).hasSize(101);
    assertThat(metrics.counter(Metric.DEAD_LETTERS_BY_CODE, "code-7").getCount()).isEqualTo(1);
    assertThat(metrics.counter(Metric.DEAD_LETTERS_BY_CODE, "other").getCount()).isEqualTo(9_900);
  }

  @Test
  void metricsAreRegisteredOnlyAsDescribed() {
    Metrics metrics = Metrics.of(MetricPlace.GROUNDING, group);
    assertThatThrownBy(() -> metrics.counter(Metric.DOCUMENTS))
        .hasMessageContaining("DOCUMENTS: is of INDEX_SINK (expected: a COUNTER of GROUNDING");
    assertThatThrownBy(() -> metrics.counter(Metric.EVENT_LATENCY))
        .hasMessageContaining("is a HISTOGRAM");
    assertThatThrownBy(() -> metrics.counter(Metric.DEAD_LETTERS_BY_CODE))
        .hasMessageContaining("with labels [code]");
    assertThatThrownBy(() -> Metrics.of(MetricPlace.ENGINE, group))
        .hasMessageContaining("labels of ENGINE: [] (expected: values of [device])");
  }

  @Test
  void durationsAreReportedInFractionalMilliseconds() {
    DurationHistogram durations = new DurationHistogram();
    LatencyMetric latency = new LatencyMetric(durations);
    assertThat(latency.getStatistics().getMean()).isNaN();
    assertThat(latency.getStatistics().getValues()).isEmpty();
    durations.record(TimeUnit.MICROSECONDS.toNanos(500), 99);
    latency.update(40);

    HistogramStatistics statistics = latency.getStatistics();
    assertThat(latency.getCount()).isEqualTo(100);
    assertThat(statistics.size()).isEqualTo(100);
    assertThat(statistics.getQuantile(0.5)).isBetween(0.48, 0.52);
    assertThat(statistics.getQuantile(1)).isBetween(38.4, 41.6);
    assertThat(statistics.getMax()).isBetween(38L, 42L);
    assertThat(statistics.getMean()).isBetween(0.85, 0.95);
    assertThat(statistics.getValues()).hasSize(100).contains(statistics.getMax());
  }
}
