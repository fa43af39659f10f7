package io.groundstream.operators.grounding;

import io.groundstream.operators.fetch.ImageFetchers;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import io.groundstream.operators.metrics.Metrics;
import java.util.function.ToLongFunction;
import org.apache.flink.metrics.MetricGroup;

/**
 * Shows the memory of images on their way to the model, and how often images are reused. All
 * subtasks of a job in a task manager share fetching and decoding, and show the same values.
 */
final class ImageMetrics {
  private ImageMetrics() {}

  /** Registers the metrics below a subtask's group. */
  static void register(
      MetricGroup parent, ImageFetchers fetchers, ImageCache images, DecodePermits decoding) {
    Metrics metrics = Metrics.of(MetricPlace.PICTURES, parent);
    show(metrics, Metric.FETCH_MEMORY, fetchers, ImageFetchers.Levels::memoryBytes);
    show(metrics, Metric.FETCH_MEMORY_WAITING, fetchers, ImageFetchers.Levels::memoryWaiting);
    show(metrics, Metric.TRANSFERS, fetchers, ImageFetchers.Levels::transfers);
    show(metrics, Metric.TRANSFERS_WAITING, fetchers, ImageFetchers.Levels::transfersWaiting);
    show(metrics, Metric.HOSTS_UNAVAILABLE, fetchers, ImageFetchers.Levels::hostsUnavailable);
    show(metrics, Metric.FILE_READS, fetchers, ImageFetchers.Levels::reads);
    show(metrics, Metric.FILE_READS_WAITING, fetchers, ImageFetchers.Levels::readsWaiting);
    metrics.gauge(Metric.DECODINGS, decoding::underWay);
    metrics.gauge(Metric.LARGE_DECODINGS_WAITING, decoding::largeWaiting);
    metrics.gauge(Metric.REUSED_PICTURES, () -> images.counts().reused());
    metrics.gauge(Metric.SHARED_PICTURES, () -> images.counts().shared());
    metrics.gauge(Metric.LOADED_PICTURES, () -> images.counts().loaded());
    metrics.gauge(Metric.REUSE_MEMORY, () -> images.counts().bytes());
  }

  private static void show(
      Metrics metrics,
      Metric metric,
      ImageFetchers fetchers,
      ToLongFunction<ImageFetchers.Levels> level) {
    metrics.<Long>gauge(metric, () -> level.applyAsLong(fetchers.levels()));
  }
}
