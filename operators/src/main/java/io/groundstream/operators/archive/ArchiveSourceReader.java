package io.groundstream.operators.archive;

import io.groundstream.operators.archive.plan.ArchiveSplit;
import io.groundstream.operators.archive.read.ReadContext;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import io.groundstream.operators.metrics.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.util.ratelimit.RateLimiterStrategy;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.jspecify.annotations.Nullable;

/** Reads splits on a thread of its own, and emits their events within the rate limit. */
final class ArchiveSourceReader
    extends SingleThreadMultiplexSourceReaderBase<
        PositionedEvent, EventRecord, ArchiveSplit, SplitProgress> {
  /** One split that is being read, and one to continue with at once. */
  private static final int SPLITS_IN_HAND = 2;

  /** Concurrent because other threads report the metrics. */
  private final Map<String, SplitProgress> inHand = new ConcurrentHashMap<>();

  ArchiveSourceReader(
      ReadContext reading,
      SourceReaderContext context,
      @Nullable RateLimiterStrategy<ArchiveSplit> rate) {
    super(
        () -> new ArchiveSplitReader(reading),
        (event, output, progress) -> {
          long before = progress.remainingBytes();
          progress.moveTo(event.part(), event.after());
          event.event().setSourceBytes(Math.max(0, before - progress.remainingBytes()));
          output.collect(event.event(), event.event().getTimestamp());
        },
        context.getConfiguration(),
        context,
        rate);
    Metrics metrics = Metrics.of(MetricPlace.ARCHIVE_READER, context.metricGroup());
    metrics.gauge(Metric.ARCHIVE_UNITS_IN_HAND, () -> sum(SplitProgress::remainingParts));
    metrics.gauge(Metric.ARCHIVE_BYTES_IN_HAND, () -> sum(SplitProgress::remainingBytes));
  }

  private long sum(java.util.function.ToLongFunction<SplitProgress> what) {
    return inHand.values().stream().mapToLong(what).sum();
  }

  @Override
  public void start() {
    super.start();
    for (int i = getNumberOfCurrentlyAssignedSplits(); i < SPLITS_IN_HAND; i++) {
      context.sendSplitRequest();
    }
  }

  @Override
  protected void onSplitFinished(Map<String, SplitProgress> finished) {
    for (String splitId : finished.keySet()) {
      inHand.remove(splitId);
      context.sendSplitRequest();
    }
  }

  @Override
  protected SplitProgress initializedState(ArchiveSplit split) {
    SplitProgress progress = new SplitProgress(split);
    inHand.put(split.splitId(), progress);
    return progress;
  }

  @Override
  protected ArchiveSplit toSplitType(String splitId, SplitProgress progress) {
    return progress.toSplit();
  }
}
