package io.groundstream.operators.archive.read;

import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import io.groundstream.operators.metrics.Metrics;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * What a reader has read since it started.
 *
 * @param entriesRead entries, rows or lines that became events or dead letters
 * @param entriesSkipped entries of tar shards that are no pictures and say nothing about any
 * @param bytesRead bytes of the pictures and of what is said about them
 */
public record ReaderCounts(Counter entriesRead, Counter entriesSkipped, Counter bytesRead) {
  /** Returns counts that are metrics of a group. */
  public static ReaderCounts of(MetricGroup group) {
    Metrics metrics = Metrics.of(MetricPlace.ARCHIVE_READER, group);
    return new ReaderCounts(
        metrics.counter(Metric.ARCHIVE_ENTRIES_READ),
        metrics.counter(Metric.ARCHIVE_ENTRIES_SKIPPED),
        metrics.counter(Metric.ARCHIVE_BYTES_READ));
  }
}
