package io.groundstream.operators.grounding;

import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.Stage;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.tracing.EventTrace;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One event that is being processed: its stage, and what ends when it is cancelled. One thread at a
 * time works on it, but several may get its images; any thread may call {@link #cancel}.
 */
final class InFlightEvent {
  private final EventRecord source;
  private final EventTrace trace;
  private final Set<Runnable> cancellations = ConcurrentHashMap.newKeySet();
  private final AtomicInteger modelCalls = new AtomicInteger();

  /** The stage of failures that were not foreseen. */
  private volatile Stage stage = Stage.DECODE_RECORD;

  private volatile @Nullable ImageEvent decoded;
  private volatile boolean cancelled;

  InFlightEvent(EventRecord source, EventTrace trace) {
    this.source = source;
    this.trace = trace;
  }

  EventRecord source() {
    return source;
  }

  EventTrace trace() {
    return trace;
  }

  Stage stage() {
    return stage;
  }

  /** Begins a stage. */
  void reach(Stage next) {
    stage = next;
  }

  /** Returns the event itself, or null until its record is decoded. */
  @Nullable ImageEvent decoded() {
    return decoded;
  }

  void decodedAs(ImageEvent event) {
    decoded = event;
  }

  int modelCalls() {
    return modelCalls.get();
  }

  void countModelCall() {
    modelCalls.incrementAndGet();
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** Runs an action when the event is cancelled, or at once if it is; the action may run twice. */
  void onCancel(Runnable action) {
    cancellations.add(action);
    if (cancelled) {
      action.run();
    }
  }

  /** Forgets an action of {@link #onCancel} that is no longer needed. */
  void forget(Runnable action) {
    cancellations.remove(action);
  }

  /** Ends all work for the event. */
  void cancel() {
    cancelled = true;
    trace.cancelled();
    cancellations.forEach(Runnable::run);
  }

  /** Runs a step, during which this thread's log lines name the event. */
  <T> T logged(Step<T> step) throws Exception {
    EventLog.begin(source, decoded);
    try {
      return step.run();
    } finally {
      EventLog.end();
    }
  }

  /** A step of the work on an event. */
  @FunctionalInterface
  interface Step<T> {
    T run() throws Exception;
  }
}
