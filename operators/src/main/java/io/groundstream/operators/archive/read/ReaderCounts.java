package io.groundstream.operators.archive.read;

import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import io.groundstream.operators.metrics.Metrics;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Counters of what a reader has read since it started.
 *
 * @param entriesRead entries, rows or lines that became events or dead letters
 * @param entriesSkipped entries of tar shards that are neither images nor data about one
 * @param bytesRead the size of the images and of the data about them, in bytes
 */
public record ReaderCounts(Counter entriesRead, Counter entriesSkipped, Counter bytesRead) {
  /** Returns counters registered as metrics of a group. */
  public static ReaderCounts of(MetricGroup group) {
    Metrics metrics = Metrics.of(MetricPlace.ARCHIVE_READER, group);
    return new ReaderCounts(
        metrics.counter(Metric.ARCHIVE_ENTRIES_READ),
        metrics.counter(Metric.ARCHIVE_ENTRIES_SKIPPED),
        metrics.counter(Metric.ARCHIVE_BYTES_READ));
  }
}
