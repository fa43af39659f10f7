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
 * One event on its way: how far it is, and what ends when it is cancelled. One thread at a time
 * takes it a step further; {@link #cancel} may be called by any.
 */
final class InFlightEvent {
  private final EventRecord source;
  private final EventTrace trace;
  private final Set<Runnable> cancellations = ConcurrentHashMap.newKeySet();
  private final AtomicInteger modelCalls = new AtomicInteger();

  /** For errors that were not foreseen, which have no stage of their own. */
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

  /** The next step begins. */
  void reach(Stage next) {
    stage = next;
  }

  /** Returns the event itself, or null while its record is not decoded. */
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

  /** Runs something when the event is cancelled, at once if it is already; it may run twice. */
  void onCancel(Runnable action) {
    cancellations.add(action);
    if (cancelled) {
      action.run();
    }
  }

  /** Forgets what {@link #onCancel} was given, which is over. */
  void forget(Runnable action) {
    cancellations.remove(action);
  }

  /** Ends everything that goes on for the event. */
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

  /** A step of the event's way. */
  @FunctionalInterface
  interface Step<T> {
    T run() throws Exception;
  }
}
