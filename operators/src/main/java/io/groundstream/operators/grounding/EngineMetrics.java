package io.groundstream.operators.grounding;

import io.groundstream.model.engine.EngineStatistics.Snapshot;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/**
 * Shows what a model's engine does, under {@code groundstream.engine} in Flink's metrics. The
 * engine is the task manager's, so that all subtasks on one device show the same; sum over task
 * managers, not over subtasks.
 *
 * <p>Levels: {@code queueDepth}, {@code slotsInUse}, {@code slots}, {@code deviceMemoryBytes}. Sums
 * since the model was loaded, whose rates tell the throughput: {@code answered}, {@code failed},
 * {@code cancelled}, {@code expired}, {@code newTokens}, {@code encodedPictures}, {@code
 * reusedEncodings}, {@code retries}, {@code splits}, and the times {@code encodeMillis}, {@code
 * prefillMillis}, {@code decodeMillis}, {@code idleMillis}, {@code queueWaitMillis}. Means since
 * then: {@code batchOccupancy}, 0 to 1.
 */
final class EngineMetrics {
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final MetricGroup group;
  private final Supplier<Snapshot> engine;

  private EngineMetrics(MetricGroup group, Supplier<Snapshot> engine) {
    this.group = group;
    this.engine = engine;
  }

  /** Registers the metrics of a model below a subtask's group. */
  static void register(MetricGroup parent, Supplier<Snapshot> engine) {
    EngineMetrics metrics =
        new EngineMetrics(parent.addGroup("groundstream").addGroup("engine"), engine);
    metrics.add("queueDepth", Snapshot::queueDepth);
    metrics.add("slotsInUse", Snapshot::slotsInUse);
    metrics.add("slots", Snapshot::slots);
    metrics.add("deviceMemoryBytes", Snapshot::deviceMemoryBytes);
    metrics.add("answered", Snapshot::answered);
    metrics.add("failed", Snapshot::failed);
    metrics.add("cancelled", Snapshot::cancelled);
    metrics.add("expired", Snapshot::expired);
    metrics.add("newTokens", Snapshot::newTokens);
    metrics.add("encodedPictures", Snapshot::encodedPictures);
    metrics.add("reusedEncodings", Snapshot::reusedEncodings);
    metrics.add("retries", Snapshot::retries);
    metrics.add("splits", Snapshot::splits);
    metrics.addMillis("encodeMillis", Snapshot::encodeNanos);
    metrics.addMillis("prefillMillis", Snapshot::prefillNanos);
    metrics.addMillis("decodeMillis", Snapshot::decodeNanos);
    metrics.addMillis("idleMillis", Snapshot::idleNanos);
    metrics.addMillis("queueWaitMillis", Snapshot::waitNanos);
    metrics.addShare("batchOccupancy", Snapshot::occupancy);
  }

  private void add(String name, ToLongFunction<Snapshot> value) {
    Gauge<Long> gauge = () -> value.applyAsLong(engine.get());
    group.gauge(name, gauge);
  }

  private void addMillis(String name, ToLongFunction<Snapshot> nanos) {
    add(name, snapshot -> nanos.applyAsLong(snapshot) / NANOS_PER_MILLI);
  }

  private void addShare(String name, ToDoubleFunction<Snapshot> value) {
    Gauge<Double> gauge = () -> value.applyAsDouble(engine.get());
    group.gauge(name, gauge);
  }
}
