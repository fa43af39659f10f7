package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the packaged job at a steady rate for any length of time; run only by name. Records the task
 * manager's resources and the latency of events every ten seconds, and plots them at the end. Fails
 * if memory has grown, or if an event does not have exactly one result. {@code README.md} lists its
 * properties.
 */
class SoakRun {
  private static final String PREFIX = "groundstream.soak.";
  private static final Duration PERIOD = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The number of samples between full garbage collections, which show the live heap. */
  private static final int COLLECT_EVERY = 6;

  private static final double MEBIBYTE = 1 << 20;

  /** The share of the run in which code is compiled and caches fill. */
  private static final double WARM_UP = 0.15;

  private static final double MOST_GROWTH = 1.05;

  @TempDir private Path folder;

  @Test
  void memoryStaysAsItIs() throws Exception {
    Duration time = Duration.ofMinutes(Long.getLong(PREFIX + "minutes", 60));
    int rate = Integer.getInteger(PREFIX + "rate", 5);
    Path out = Path.of(System.getProperty(PREFIX + "folder", "target/soak"));
    try (EnrichmentCluster cluster =
            EnrichmentCluster.start(folder, out.resolve("logs"), /* slots= */ 2, Map.of());
        Figures figures =
            new Figures(
                out.resolve("soak.csv"),
                "seconds",
                "events",
                "unanswered",
                "resident_mib",
                "live_heap_mib",
                "threads",
                "latency_p50_ms",
                "latency_p99_ms",
                "queue_depth")) {
      FlinkProcess worker = cluster.flink().startTaskManager();
      String job =
          cluster.run(
              List.of(),
              Map.of(
                  "job.parallelism", "2",
                  "job.checkpoint-interval", "10 s",
                  "model.threads", "1"));
      EndlessEvents events = new EndlessEvents(cluster.topics(), /* padding= */ 0);
      events.publish(1);
      cluster.topics().readUntil(PATIENCE, events::areAnswered);
      try (JvmProbe probe = JvmProbe.of(worker)) {
        run(cluster, job, probe, events, rate, time, figures);
      } finally {
        plot(figures, out, rate);
      }
      cluster.topics().readUntil(PATIENCE.multipliedBy(5), events::areAnswered);
      cluster.topics().readWhatElseComes();
      assertThat(cluster.flink().state(job)).isEqualTo("RUNNING");
      events.verify();
      report(figures, events);
    }
  }

  private static void run(
      EnrichmentCluster cluster,
      String job,
      JvmProbe probe,
      EndlessEvents events,
      int rate,
      Duration time,
      Figures figures)
      throws Exception {
    long begin = System.nanoTime();
    double liveHeap = Double.NaN;
    long samples = 0;
    for (long tick = 1; System.nanoTime() - begin < time.toNanos(); tick++) {
      // One event in ten has two requests.
      events.publish(tick % 10 == 0 ? 2 : 1);
      cluster.topics().read();
      long elapsed = System.nanoTime() - begin;
      if (elapsed >= samples * PERIOD.toNanos()) {
        if (samples % COLLECT_EVERY == 0) {
          liveHeap = probe.liveHeapBytes() / MEBIBYTE;
        }
        samples++;
        figures.add(
            Math.rint(elapsed / 1e9),
            events.published(),
            events.published()
                - cluster.topics().images.size()
                - cluster.topics().deadLetters.size(),
            probe.residentBytes() / MEBIBYTE,
            liveHeap,
            probe.threads(),
            most(cluster.flink().metrics(job, "eventLatencyMillis_median").values()),
            most(cluster.flink().metrics(job, "eventLatencyMillis_p99").values()),
            most(cluster.flink().metrics(job, "queueDepth").values()));
      }
      LockSupport.parkNanos(
          begin + tick * Duration.ofSeconds(1).toNanos() / rate - System.nanoTime());
    }
  }

  private static double most(Collection<Double> values) {
    return values.stream().mapToDouble(value -> value).max().orElse(Double.NaN);
  }

  private static void plot(Figures figures, Path out, int rate) throws IOException {
    figures.plot(
        out.resolve("soak.svg"),
        "A task manager at %d events a second".formatted(rate),
        List.of(
            List.of("resident_mib"),
            List.of("live_heap_mib"),
            List.of("threads"),
            List.of("latency_p50_ms", "latency_p99_ms"),
            List.of("unanswered", "queue_depth")));
  }

  private static void report(Figures figures, EndlessEvents events) {
    System.out.printf(
        Locale.ROOT, "%d events with %d requests%n", events.published(), events.requests());
    for (String column : List.of("resident_mib", "live_heap_mib", "threads", "latency_p50_ms")) {
      System.out.printf(
          Locale.ROOT,
          "%s: %.1f after the warm-up, %.1f at the end%n",
          column,
          figures.median(column, WARM_UP, 2 * WARM_UP),
          figures.median(column, 1 - WARM_UP, 1));
    }
    for (String column : List.of("resident_mib", "live_heap_mib", "threads")) {
      assertThat(figures.median(column, 1 - WARM_UP, 1))
          .as(column)
          .isLessThan(MOST_GROWTH * figures.median(column, WARM_UP, 2 * WARM_UP));
    }
  }
}
