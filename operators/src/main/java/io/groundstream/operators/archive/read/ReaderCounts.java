package io.groundstream.operators.archive.read;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;

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
    return new ReaderCounts(
        group.counter("archiveEntriesRead", new ThreadSafeSimpleCounter()),
        group.counter("archiveEntriesSkipped", new ThreadSafeSimpleCounter()),
        group.counter("archiveBytesRead", new ThreadSafeSimpleCounter()));
  }
}
