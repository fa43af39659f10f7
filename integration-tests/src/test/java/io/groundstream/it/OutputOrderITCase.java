package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.GroundedImage;
import io.groundstream.jobs.embedded.LocalFlink;
import io.groundstream.jobs.embedded.LocalKafka;
import io.groundstream.jobs.embedded.LocalRegistry;
import io.groundstream.jobs.enrich.EnrichmentJob;
import io.groundstream.operators.config.EnrichmentSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * In which order results leave when a model takes its time for one event: that of the events, or
 * that of the answers.
 */
@Timeout(600)
class OutputOrderITCase {
  private static final Path REGISTRY = Path.of("..", "jobs", "target", "apicurio-registry");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int QUICK = 24;

  @TempDir private Path folder;

  @Test
  void resultsLeaveInTheOrderOfEventsOrOfAnswers() throws Exception {
    try (LocalKafka kafka = LocalKafka.start(folder.resolve("kafka"), 0);
        LocalRegistry registry = LocalRegistry.start(REGISTRY, folder.resolve("registry"), 0);
        LocalFlink flink = LocalFlink.start(folder.resolve("flink"), 2, 0)) {
      for (boolean ordered : new boolean[] {true, false}) {
        try (JobTopics topics =
            JobTopics.create("ordered-" + ordered, kafka.bootstrapServers(), registry.url())) {
          // In both partitions, before all others.
          for (int i = 0; i < 4; i++) {
            topics.publish(
                Events.event(
                    "slow-" + i,
                    "scene-000.jpg",
                    Events.request("phrase-grounding", UnevenModels.SLOW)));
          }
          for (int i = 0; i < QUICK; i++) {
            topics.publish(
                Events.event(
                    "quick-" + i, "scene-000.jpg", Events.request("grounded-caption", null)));
          }
          Map<String, String> values = new HashMap<>(topics.configuration());
          values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
          values.put("schema-registry.url", registry.url());
          values.put("model.checkpoint", ClusterITCase.CHECKPOINT.toString());
          values.put("job.parallelism", "1");
          values.put("job.checkpoint-interval", "500 ms");
          values.put("grounding.ordered", Boolean.toString(ordered));
          JobID job =
              flink.submit(
                  EnrichmentJob.define(EnrichmentSettings.parse(values), new UnevenModels(QUICK)));
          topics.readUntil(PATIENCE, () -> topics.images.size() >= QUICK + 4);

          assertThat(flink.status(job)).isEqualTo(JobStatus.RUNNING);
          assertThat(topics.deadLetters).isEmpty();
          check(byPartition(topics.images), ordered);
        }
      }
    }
  }

  /** Records of one key, and so of one partition, are read in the order of their writing. */
  private static Map<String, List<GroundedImage>> byPartition(List<GroundedImage> images) {
    Map<String, List<GroundedImage>> partitions = new HashMap<>();
    for (GroundedImage image : images) {
      partitions.computeIfAbsent(place(image)[0], any -> new ArrayList<>()).add(image);
    }
    return partitions;
  }

  /** Returns partition and offset of the event. */
  private static String[] place(GroundedImage image) {
    return image.getOrigin().getPosition().split(":", 2);
  }

  private static void check(Map<String, List<GroundedImage>> partitions, boolean ordered) {
    assertThat(partitions).hasSize(2);
    for (List<GroundedImage> images : partitions.values()) {
      List<Long> positions = new ArrayList<>();
      List<String> kinds = new ArrayList<>();
      for (GroundedImage image : images) {
        positions.add(Long.parseLong(place(image)[1]));
        kinds.add(image.getEventId().replaceAll("-.*", ""));
      }
      assertThat(kinds).as("kinds of events").contains("slow", "quick");
      if (ordered) {
        assertThat(positions).as("offsets of events").isSorted();
      } else {
        assertThat(kinds.get(0)).as("what has overtaken slow ones").isEqualTo("quick");
      }
    }
  }
}
