package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the packaged job with more events in Kafka than its memory could hold, and a model that is
 * much slower than Kafka: the number of events in flight stays within the configured limit, the
 * heap does not grow, and unaligned checkpoints complete in time throughout.
 */
class BackPressureITCase {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PARALLELISM = 2;
  private static final int CAPACITY = 8;
  private static final int EVENTS = 1000;

  /** All events together are larger than the heap of the task manager, of 384 MiB. */
  private static final int EVENT_BYTES = 450_000;

  private static final long MOST_LIVE_HEAP = 200L << 20;
  private static final long CHECKPOINT_TIMEOUT_SECONDS = 30;

  /** The number of observations, which are further apart than checkpoints. */
  private static final int LOOKS = 4;

  @TempDir private Path folder;

  @Test
  @Timeout(600)
  void aSlowModelSlowsTheSourceAndNoCheckpoint() throws Exception {
    try (EnrichmentCluster cluster =
        EnrichmentCluster.start(
            folder, Path.of("target", "back-pressure-logs"), PARALLELISM, Map.of())) {
      FlinkProcess worker = cluster.flink().startTaskManager();
      EndlessEvents events = new EndlessEvents(cluster.topics(), EVENT_BYTES);
      for (int i = 0; i < EVENTS; i++) {
        events.publish(5);
      }
      String job = cluster.run(List.of(), options());
      cluster.topics().readUntil(PATIENCE, () -> !cluster.topics().images.isEmpty());
      try (JvmProbe probe = JvmProbe.of(worker)) {
        watch(cluster, job, probe);
      }
      // A checkpoint that took too long would have failed the job.
      assertThat(cluster.flink().state(job)).isEqualTo("RUNNING");
      checkCheckpoints(cluster.flink().get("jobs/" + job + "/checkpoints"));
      assertThat(cluster.topics().images.size() + cluster.topics().deadLetters.size())
          .as("answers, fewer than events")
          .isLessThan(EVENTS);
    }
  }

  private static Map<String, String> options() {
    return Map.of(
        "job.parallelism", Integer.toString(PARALLELISM),
        "job.checkpoint-interval", "500 ms",
        "grounding.capacity", Integer.toString(CAPACITY),
        "model.max-batch-size", "1",
        "model.threads", "1",
        "flink.restart-strategy.type", "none",
        "flink.execution.checkpointing.unaligned.enabled", "true",
        "flink.execution.checkpointing.timeout", CHECKPOINT_TIMEOUT_SECONDS + " s",
        "flink.execution.checkpointing.tolerable-failed-checkpoints", "0");
  }

  private static void watch(EnrichmentCluster cluster, String job, JvmProbe probe)
      throws Exception {
    Eventually.holds(
        PATIENCE,
        "subtasks that are full",
        () -> sum(cluster.flink().metrics(job, "eventsInFlight")) > CAPACITY);
    for (int look = 0; look < LOOKS; look++) {
      Map<String, Double> inFlight = cluster.flink().metrics(job, "eventsInFlight");
      assertThat(inFlight)
          .hasSize(PARALLELISM)
          .allSatisfy((name, events) -> assertThat(events).as(name).isLessThanOrEqualTo(CAPACITY));
      double taken = sum(cluster.flink().metrics(job, "Image_events.numRecordsOut"));
      double finished = sum(cluster.flink().metrics(job, "groundstream.events"));
      // Each subtask holds one more event, and the numbers are not from exactly the same moment.
      assertThat(taken - finished)
          .as("events in flight")
          .isLessThanOrEqualTo(2 * PARALLELISM * (CAPACITY + 1));
      assertThat(probe.liveHeapBytes()).as("live heap").isLessThan(MOST_LIVE_HEAP);
      cluster.topics().readWhatElseComes();
    }
  }

  private static double sum(Map<String, Double> values) {
    return values.values().stream().mapToDouble(value -> value).sum();
  }

  private static void checkCheckpoints(JsonNode checkpoints) {
    assertThat(checkpoints.path("counts").path("completed").asInt()).isGreaterThan(2);
    JsonNode times = checkpoints.path("summary").path("end_to_end_duration");
    System.out.printf(
        "%d checkpoints in %d to %d ms, of %d bytes%n",
        checkpoints.path("counts").path("completed").asInt(),
        times.path("min").asLong(),
        times.path("max").asLong(),
        checkpoints.path("summary").path("state_size").path("max").asLong());
    assertThat(times.path("max").asLong())
        .isPositive()
        .isLessThan(Duration.ofSeconds(CHECKPOINT_TIMEOUT_SECONDS).toMillis());
  }
}
