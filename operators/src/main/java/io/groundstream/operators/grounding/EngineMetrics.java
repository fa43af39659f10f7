package io.groundstream.operators.grounding;

import io.groundstream.kosmos2.SharedModels;
import io.groundstream.kosmos2.engine.EngineCounter;
import io.groundstream.kosmos2.engine.EngineLevel;
import io.groundstream.kosmos2.engine.EngineStatistics;
import io.groundstream.kosmos2.engine.EngineStatistics.Snapshot;
import io.groundstream.kosmos2.engine.EngineTimer;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import io.groundstream.operators.metrics.Metrics;
import java.util.concurrent.TimeUnit;
import org.apache.flink.metrics.MetricGroup;

/**
 * Shows what a model's engine does as Flink's metrics. All subtasks on one device share an engine,
 * and so they show the same.
 */
final class EngineMetrics {
  private EngineMetrics() {}

  /** Registers the metrics of the engine on a device below a subtask's group. */
  static void register(MetricGroup parent, EngineStatistics engine, String device) {
    Metrics metrics = Metrics.of(MetricPlace.ENGINE, parent, device);
    for (Metric metric : Metric.values()) {
      Enum<?> source = metric.engineSource();
      if (source instanceof EngineCounter counter) {
        boolean millis = metric.unit().equals("ms");
        metrics.<Long>gauge(
            metric,
            () ->
                millis ? TimeUnit.NANOSECONDS.toMillis(engine.get(counter)) : engine.get(counter));
      } else if (source instanceof EngineLevel level) {
        metrics.<Long>gauge(metric, () -> engine.get(level));
      } else if (source instanceof EngineTimer timer) {
        metrics.histogram(metric, engine.get(timer));
      }
    }
    metrics.gauge(Metric.BATCH_OCCUPANCY, new SlidingMinute(engine, Snapshot::occupancy));
    metrics.gauge(
        Metric.TOKENS_PER_SECOND,
        new SlidingMinute(
            engine,
            past ->
                past.get(EngineCounter.NEW_TOKENS)
                    / Math.max(1.0, past.elapsedNanos() / (double) TimeUnit.SECONDS.toNanos(1))));
    metrics.<Long>gauge(Metric.MODEL_LOADS, SharedModels::loads);
  }
}
