package io.groundstream.operators.grounding;

import io.groundstream.kosmos2.timing.DurationHistogram;
import io.groundstream.operators.deadletter.DeadLetters;
import io.groundstream.operators.event.EventNotes;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import io.groundstream.operators.metrics.Metrics;
import io.groundstream.operators.output.OutputRecord;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/** Counts what a subtask did with its events, and how long it took. Thread-safe. */
final class EventMetrics {
  private final Metrics metrics;
  private final Clock clock;
  private final Counter events;
  private final Counter images;
  private final Counter phrases;
  private final Counter deadLetters;
  private final Counter schemasAskedAgain;
  private final Counter tombstones;
  private final DurationHistogram fetch;
  private final DurationHistogram imageDecode;
  private final DurationHistogram event;
  private final DurationHistogram endToEnd;

  /**
   * @param clock tells how old events are
   */
  EventMetrics(MetricGroup parent, Clock clock) {
    this.metrics = Metrics.of(MetricPlace.GROUNDING, parent);
    this.clock = clock;
    this.events = metrics.counter(Metric.EVENTS);
    this.images = metrics.counter(Metric.IMAGES);
    this.phrases = metrics.counter(Metric.PHRASES);
    this.deadLetters = metrics.counter(Metric.DEAD_LETTERS);
    // All preparation threads count with the same counter.
    this.schemasAskedAgain = metrics.counter(Metric.SCHEMAS_ASKED_AGAIN);
    this.tombstones = metrics.counter(Metric.TOMBSTONES);
    this.fetch = metrics.histogram(Metric.FETCH_LATENCY);
    this.imageDecode = metrics.histogram(Metric.IMAGE_DECODE_LATENCY);
    this.event = metrics.histogram(Metric.EVENT_LATENCY);
    this.endToEnd = metrics.histogram(Metric.END_TO_END_LATENCY);
  }

  /** Shows how many events are under way. */
  void showInFlight(Collection<?> inFlight) {
    metrics.gauge(Metric.EVENTS_IN_FLIGHT, inFlight::size);
  }

  /** Counts the fetch of an image, successful or not. */
  void fetched(long nanos) {
    fetch.record(nanos);
  }

  /** Counts another lookup of a schema that the registry did not know before. */
  synchronized void schemaAskedAgain() {
    schemasAskedAgain.inc();
  }

  /** Counts an image that was prepared for the model. */
  void decoded(long nanos) {
    imageDecode.record(nanos);
  }

  /** Counts a request without an event, answered or not. */
  void done(long nanos) {
    events.inc();
    event.record(nanos);
  }

  /**
   * Counts an event whose results are complete.
   *
   * @param tombstone whether the event is a tombstone
   */
  void done(EventRecord source, boolean tombstone, List<OutputRecord> records, long nanos) {
    if (tombstone) {
      tombstones.inc();
      return;
    }
    events.inc();
    EventNotes notes = source.getNotes();
    if (notes != null) {
      for (int i = 0; i < notes.getCodes().length; i++) {
        metrics.counter(Metric.NOTES_BY_CODE, notes.getCodes()[i]).inc(notes.getCounts()[i]);
      }
    }
    event.record(nanos);
    if (source.getTimestamp() != EventRecord.NO_TIMESTAMP && source.getOriginSystem() == null) {
      endToEnd.record(TimeUnit.MILLISECONDS.toNanos(clock.millis() - source.getTimestamp()));
    }
    for (OutputRecord record : records) {
      switch (record.getTopic()) {
        case IMAGES -> images.inc();
        case PHRASES -> phrases.inc();
        case DEAD_LETTERS -> {
          deadLetters.inc();
          metrics.counter(Metric.DEAD_LETTERS_BY_CODE, DeadLetters.code(record)).inc();
        }
      }
    }
  }
}
