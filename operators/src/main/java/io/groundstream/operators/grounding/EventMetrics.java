package io.groundstream.operators.grounding;

import io.groundstream.operators.deadletter.DeadLetters;
import io.groundstream.operators.output.OutputRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * Counts what a subtask did, under {@code groundstream} in Flink's metrics: {@code events}, {@code
 * images}, {@code phrases}, {@code deadLetters} (all, and by {@code code}), and {@code
 * eventLatencyMillis} from an event's arrival at the operator to its results. Thread-safe.
 */
final class EventMetrics {
  private static final int LATENCY_WINDOW = 1000;

  private final MetricGroup group;
  private final Counter events;
  private final Counter images;
  private final Counter phrases;
  private final Counter deadLetters;
  private final Map<String, Counter> deadLettersByCode = new ConcurrentHashMap<>();
  private final Histogram latency;

  EventMetrics(MetricGroup parent) {
    this.group = parent.addGroup("groundstream");
    this.events = group.counter("events", new ThreadSafeSimpleCounter());
    this.images = group.counter("images", new ThreadSafeSimpleCounter());
    this.phrases = group.counter("phrases", new ThreadSafeSimpleCounter());
    this.deadLetters = group.counter("deadLetters", new ThreadSafeSimpleCounter());
    this.latency =
        group.histogram("eventLatencyMillis", new DescriptiveStatisticsHistogram(LATENCY_WINDOW));
  }

  /** Counts an event whose results are complete. */
  void done(List<OutputRecord> records, Duration took) {
    events.inc();
    latency.update(took.toMillis());
    for (OutputRecord record : records) {
      switch (record.getTopic()) {
        case IMAGES -> images.inc();
        case PHRASES -> phrases.inc();
        case DEAD_LETTERS -> {
          deadLetters.inc();
          deadLettersByCode.computeIfAbsent(DeadLetters.code(record), this::counter).inc();
        }
      }
    }
  }

  private Counter counter(String code) {
    return group.addGroup("code", code).counter("deadLetters", new ThreadSafeSimpleCounter());
  }
}
