package io.groundstream.operators.grounding;

import io.groundstream.kosmos2.SharedModels;
import io.groundstream.kosmos2.engine.EngineStatistics;
import io.groundstream.kosmos2.engine.EngineStatistics.Snapshot;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import io.groundstream.operators.metrics.Metrics;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.apache.flink.metrics.MetricGroup;

/**
 * Shows what a model's engine does as Flink's metrics. The engine is the task manager's, so that
 * all subtasks on one device show the same.
 */
final class EngineMetrics {
  private final Metrics metrics;
  private final EngineStatistics engine;

  private EngineMetrics(Metrics metrics, EngineStatistics engine) {
    this.metrics = metrics;
    this.engine = engine;
  }

  /** Registers the metrics of the engine on a device below a subtask's group. */
  static void register(MetricGroup parent, EngineStatistics engine, String device) {
    EngineMetrics shown = new EngineMetrics(Metrics.of(MetricPlace.ENGINE, parent, device), engine);
    shown.showLevels();
    shown.showSums();
    shown.showTimes();
    shown.showHistograms();
  }

  private void showLevels() {
    show(Metric.QUEUE_DEPTH, Snapshot::queueDepth);
    show(Metric.SLOTS, Snapshot::slots);
    show(Metric.SLOTS_IN_USE, Snapshot::slotsInUse);
    show(Metric.DEVICE_MEMORY, Snapshot::deviceMemoryBytes);
    metrics.gauge(Metric.BATCH_OCCUPANCY, new SlidingMinute(engine, Snapshot::occupancy));
    metrics.gauge(
        Metric.TOKENS_PER_SECOND,
        new SlidingMinute(
            engine,
            past ->
                past.newTokens()
                    / Math.max(1.0, past.elapsedNanos() / (double) TimeUnit.SECONDS.toNanos(1))));
  }

  private void showSums() {
    show(Metric.ANSWERED, Snapshot::answered);
    show(Metric.FAILED, Snapshot::failed);
    show(Metric.CANCELLED, Snapshot::cancelled);
    show(Metric.EXPIRED, Snapshot::expired);
    show(Metric.NEW_TOKENS, Snapshot::newTokens);
    show(Metric.PROMPT_TOKENS, Snapshot::prefilledTokens);
    show(Metric.ENCODED_PICTURES, Snapshot::encodedPictures);
    show(Metric.REUSED_ENCODINGS, Snapshot::reusedEncodings);
    show(Metric.DECODE_STEPS, Snapshot::decodeSteps);
    show(Metric.DECODED_ROWS, Snapshot::decodedRows);
    show(Metric.ENGINE_RETRIES, Snapshot::retries);
    show(Metric.SPLITS, Snapshot::splits);
    metrics.<Long>gauge(Metric.MODEL_LOADS, SharedModels::loads);
  }

  private void showTimes() {
    showMillis(Metric.ENCODE_TIME, Snapshot::encodeNanos);
    showMillis(Metric.PREFILL_TIME, Snapshot::prefillNanos);
    showMillis(Metric.DECODE_TIME, Snapshot::decodeNanos);
    showMillis(Metric.CACHE_TIME, Snapshot::cacheNanos);
    showMillis(Metric.IDLE_TIME, Snapshot::idleNanos);
    showMillis(Metric.QUEUE_WAIT_TIME, Snapshot::waitNanos);
  }

  private void showHistograms() {
    metrics.histogram(Metric.QUEUE_LATENCY, engine.waits());
    metrics.histogram(Metric.ENCODE_LATENCY, engine.encodeCalls());
    metrics.histogram(Metric.PREFILL_LATENCY, engine.prefillCalls());
    metrics.histogram(Metric.DECODE_STEP_LATENCY, engine.decodeStepTimes());
    metrics.histogram(Metric.REQUEST_LATENCY, engine.requests());
  }

  private void show(Metric metric, ToLongFunction<Snapshot> value) {
    metrics.<Long>gauge(metric, () -> value.applyAsLong(engine.snapshot()));
  }

  private void showMillis(Metric metric, ToLongFunction<Snapshot> nanos) {
    show(metric, snapshot -> TimeUnit.NANOSECONDS.toMillis(nanos.applyAsLong(snapshot)));
  }
}
