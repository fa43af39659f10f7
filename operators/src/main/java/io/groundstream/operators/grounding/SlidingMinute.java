package io.groundstream.operators.grounding;

import io.groundstream.kosmos2.engine.EngineStatistics;
import io.groundstream.kosmos2.engine.EngineStatistics.Snapshot;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.ToDoubleFunction;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.View;

/**
 * A value of an engine's work in the last minute. Flink calls {@link #update} at regular intervals
 * while the metric is registered. Thread-safe.
 */
final class SlidingMinute implements Gauge<Double>, View {
  private static final int UPDATES = 60 / UPDATE_INTERVAL_SECONDS;

  private final EngineStatistics engine;
  private final ToDoubleFunction<Snapshot> value;

  /** The oldest first; guarded by itself. */
  private final Deque<Snapshot> past = new ArrayDeque<>();

  SlidingMinute(EngineStatistics engine, ToDoubleFunction<Snapshot> value) {
    this.engine = engine;
    this.value = value;
    past.add(engine.snapshot());
  }

  @Override
  public void update() {
    Snapshot now = engine.snapshot();
    synchronized (past) {
      past.add(now);
      if (past.size() > UPDATES) {
        past.remove();
      }
    }
  }

  @Override
  public Double getValue() {
    Snapshot before;
    synchronized (past) {
      before = past.element();
    }
    return value.applyAsDouble(engine.snapshot().since(before));
  }
}
