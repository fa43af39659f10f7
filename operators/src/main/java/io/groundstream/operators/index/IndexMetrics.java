package io.groundstream.operators.index;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * Counts what a subtask wrote, under {@code groundstream} in Flink's metrics: {@code documents}
 * written, {@code conflicts} (there was a newer version), {@code superseded} (a newer version of
 * the document was in the same request), {@code retries} (documents sent again), {@code refused}
 * (all, and by {@code code}), {@code bulkLatencyMillis} and {@code bulkRequestsInFlight}.
 * Thread-safe.
 */
final class IndexMetrics {
  private static final int LATENCY_WINDOW = 1000;

  private final MetricGroup group;
  private final Counter documents;
  private final Counter conflicts;
  private final Counter superseded;
  private final Counter retries;
  private final Counter refused;
  private final Histogram latency;
  private final AtomicInteger inFlight = new AtomicInteger();

  IndexMetrics(MetricGroup parent) {
    this.group = parent.addGroup("groundstream");
    this.documents = group.counter("documents", new ThreadSafeSimpleCounter());
    this.conflicts = group.counter("conflicts", new ThreadSafeSimpleCounter());
    this.superseded = group.counter("superseded", new ThreadSafeSimpleCounter());
    this.retries = group.counter("retries", new ThreadSafeSimpleCounter());
    this.refused = group.counter("refused", new ThreadSafeSimpleCounter());
    this.latency =
        group.histogram("bulkLatencyMillis", new DescriptiveStatisticsHistogram(LATENCY_WINDOW));
    Gauge<Integer> gauge = group.gauge("bulkRequestsInFlight", inFlight::get);
    assert gauge != null;
  }

  void written() {
    documents.inc();
  }

  void conflict() {
    conflicts.inc();
  }

  void superseded() {
    superseded.inc();
  }

  void retried(int count) {
    retries.inc(count);
  }

  void refused(String code) {
    refused.inc();
    group.addGroup("code", code).counter("refused", new ThreadSafeSimpleCounter()).inc();
  }

  void requestTook(long nanos) {
    latency.update(TimeUnit.NANOSECONDS.toMillis(nanos));
  }

  void started() {
    inFlight.incrementAndGet();
  }

  void ended() {
    inFlight.decrementAndGet();
  }
}
