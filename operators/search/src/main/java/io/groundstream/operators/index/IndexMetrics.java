package io.groundstream.operators.index;

import io.groundstream.kosmos2.timing.DurationHistogram;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import io.groundstream.operators.metrics.Metrics;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** The metrics of a subtask that writes to the index. Thread-safe. */
final class IndexMetrics {
  private final Metrics metrics;
  private final Counter documents;
  private final Counter conflicts;
  private final Counter superseded;
  private final Counter retries;
  private final Counter refused;
  private final DurationHistogram latency;
  private final AtomicInteger inFlight = new AtomicInteger();

  IndexMetrics(MetricGroup parent) {
    this.metrics = Metrics.of(MetricPlace.INDEX_SINK, parent);
    this.documents = metrics.counter(Metric.DOCUMENTS);
    this.conflicts = metrics.counter(Metric.CONFLICTS);
    this.superseded = metrics.counter(Metric.SUPERSEDED);
    this.retries = metrics.counter(Metric.INDEX_RETRIES);
    this.refused = metrics.counter(Metric.REFUSED);
    this.latency = metrics.histogram(Metric.BULK_LATENCY);
    metrics.gauge(Metric.BULK_REQUESTS_IN_FLIGHT, inFlight::get);
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
    metrics.counter(Metric.REFUSED_BY_CODE, code).inc();
  }

  void requestTook(long nanos) {
    latency.record(nanos);
  }

  void started() {
    inFlight.incrementAndGet();
  }

  void ended() {
    inFlight.decrementAndGet();
  }
}
