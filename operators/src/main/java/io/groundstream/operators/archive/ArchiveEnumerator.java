package io.groundstream.operators.archive;

import io.groundstream.operators.archive.EnumerationState.Totals;
import io.groundstream.operators.archive.plan.ArchiveException;
import io.groundstream.operators.archive.plan.ArchivePlanner;
import io.groundstream.operators.archive.plan.ArchiveSplit;
import io.groundstream.operators.archive.plan.ArchiveSplitSerializer;
import io.groundstream.operators.archive.plan.PlannedSplits;
import io.groundstream.operators.archive.plan.WalkCursor;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import io.groundstream.operators.metrics.Metrics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.jspecify.annotations.Nullable;

/**
 * Lists an archive and assigns splits to readers on request. The listing runs on a thread of its
 * own, everything else on the coordinator's thread. Pending splits are held serialised, at about
 * ten bytes per file.
 */
final class ArchiveEnumerator implements SplitEnumerator<ArchiveSplit, EnumerationState> {
  private final SplitEnumeratorContext<ArchiveSplit> context;
  private final ArchivePlanner planner;
  private final ArchiveSplitSerializer serializer = new ArchiveSplitSerializer();
  private final Deque<byte[]> pending = new ArrayDeque<>();

  /** Subtasks whose requests for a split are open, one entry per request. */
  private final Deque<Integer> asking = new ArrayDeque<>();

  private @Nullable WalkCursor cursor;

  // Volatile because other threads report the metrics.
  private volatile boolean complete;
  private volatile Totals totals;
  private volatile long pendingUnits;
  private volatile long pendingBytes;

  ArchiveEnumerator(
      SplitEnumeratorContext<ArchiveSplit> context,
      ArchivePlanner planner,
      EnumerationState state) {
    this.context = context;
    this.planner = planner;
    this.cursor = state.cursor();
    this.complete = state.complete();
    this.totals = state.totals();
    for (byte[] split : state.pending()) {
      put(split, deserialize(split), false);
    }
  }

  @Override
  public void start() {
    Metrics metrics = Metrics.of(MetricPlace.ARCHIVE_ENUMERATOR, context.metricGroup());
    metrics.gauge(Metric.ARCHIVE_UNITS, () -> totals.units());
    metrics.gauge(Metric.ARCHIVE_BYTES, () -> totals.bytes());
    metrics.gauge(Metric.ARCHIVE_UNITS_FINISHED_BEFORE, () -> totals.finishedUnits());
    metrics.gauge(Metric.ARCHIVE_FILES_IGNORED, () -> totals.ignoredFiles());
    metrics.gauge(Metric.ARCHIVE_UNITS_PENDING, () -> pendingUnits);
    metrics.gauge(Metric.ARCHIVE_BYTES_PENDING, () -> pendingBytes);
    metrics.gauge(Metric.ARCHIVE_LISTED, () -> complete ? 1 : 0);
    if (!complete) {
      plan();
    }
  }

  private void plan() {
    context.callAsync(planner::next, this::planned);
  }

  private void planned(@Nullable PlannedSplits splits, @Nullable Throwable failure) {
    if (failure instanceof ArchiveException) {
      // A restart cannot help: the configuration or the archive has to change.
      throw new SuppressRestartsException(failure);
    }
    if (failure != null || splits == null) {
      throw new IllegalStateException("archive: cannot be listed: " + failure, failure);
    }
    for (ArchiveSplit split : splits.splits()) {
      put(serialize(split), split, false);
    }
    cursor = splits.cursor();
    complete = splits.last();
    Totals before = totals;
    totals =
        new Totals(
            before.splits() + splits.splits().size(),
            before.units() + splits.units(),
            before.bytes() + splits.bytes(),
            before.finishedUnits() + splits.finishedUnits(),
            before.ignoredFiles() + splits.ignoredFiles());
    for (int i = asking.size(); i > 0; i--) {
      handleSplitRequest(asking.remove(), null);
    }
    if (!complete) {
      plan();
    }
  }

  @Override
  public void handleSplitRequest(int subtask, @Nullable String host) {
    if (!context.registeredReaders().containsKey(subtask)) {
      // The reader failed after its request; it sends another when it is back.
      return;
    }
    byte[] next = pending.poll();
    if (next != null) {
      ArchiveSplit split = deserialize(next);
      count(split, -1);
      context.assignSplit(split, subtask);
    } else if (complete) {
      context.signalNoMoreSplits(subtask);
    } else {
      asking.add(subtask);
    }
  }

  @Override
  public void addSplitsBack(List<ArchiveSplit> splits, int subtask) {
    for (ArchiveSplit split : splits) {
      put(serialize(split), split, true);
    }
  }

  @Override
  public void addReader(int subtask) {
    // Readers request splits themselves.
  }

  private void put(byte[] bytes, ArchiveSplit split, boolean first) {
    if (first) {
      pending.addFirst(bytes);
    } else {
      pending.addLast(bytes);
    }
    count(split, 1);
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // Only this thread writes.
  private void count(ArchiveSplit split, int sign) {
    pendingUnits += sign * (long) split.remainingParts();
    pendingBytes += sign * split.bytes();
  }

  private byte[] serialize(ArchiveSplit split) {
    try {
      return serializer.serialize(split);
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array does not fail", e);
    }
  }

  private ArchiveSplit deserialize(byte[] bytes) {
    try {
      return serializer.deserialize(serializer.getVersion(), bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("a byte array does not fail", e);
    }
  }

  @Override
  public EnumerationState snapshotState(long checkpointId) {
    return new EnumerationState(new ArrayList<>(pending), cursor, complete, totals);
  }

  @Override
  public void close() {
    // The listing has nothing to close.
  }
}
