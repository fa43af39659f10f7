package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests records without a value on the events' topic, with a real broker and registry. */
@Timeout(200)
class TombstonesITCase {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private static Path directory;

  private static TestBroker kafka;
  private static TestRegistry registry;
  private static LocalFlink flink;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestBroker.start(directory.resolve("kafka"));
    registry = TestRegistry.start(directory.resolve("registry"));
    flink = LocalFlink.start(directory.resolve("flink"), /* slots= */ 2, 0);
  }

  @AfterAll
  static void stop() throws Exception {
    flink.close();
    registry.close();
    kafka.close();
  }

  private static JobID submit(JobTopics topics, Map<String, String> more) throws Exception {
    Map<String, String> values = new HashMap<>(topics.configuration());
    values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    values.put("schema-registry.url", registry.url());
    values.put("model.checkpoint", ClusterITCase.CHECKPOINT.toAbsolutePath().toString());
    values.put("model.device", "cpu");
    values.put("job.parallelism", "2");
    values.put("job.checkpoint-interval", "500 ms");
    values.put("flink.restart-strategy.type", "none");
    values.putAll(more);
    return flink.submit(
        EnrichmentJob.define(EnrichmentSettings.parse(values), new InstantModels()));
  }

  private static void publish(JobTopics topics) throws Exception {
    for (String id : List.of("kept", "deleted", "renewed")) {
      topics.publish(Events.event(id, "scene-000.jpg"));
    }
    topics.publish("deleted", null);
    topics.publish("renewed", null);
    topics.publish((String) null, null);
    topics.publish(Events.event("renewed", "scene-001.jpg"));
  }

  @Test
  void areSkippedByDefault() throws Exception {
    try (JobTopics topics = JobTopics.create("skip", kafka.bootstrapServers(), registry.url())) {
      JobID job = submit(topics, Map.of());
      publish(topics);
      topics.readUntil(PATIENCE, () -> topics.images.size() >= 4 && topics.imagesAreWhole());
      topics.readWhatElseComes();

      assertThat(topics.images).hasSize(4);
      assertThat(topics.tombstones).isEmpty();
      assertThat(topics.deadLetters).isEmpty();
      flink.cancel(job);
    }
  }

  @Test
  void deleteWhatCameBeforeThemWhereThatIsWanted() throws Exception {
    try (JobTopics topics = JobTopics.create("delete", kafka.bootstrapServers(), registry.url())) {
      JobID job = submit(topics, Map.of("kafka.tombstones", "delete"));
      publish(topics);
      topics.readUntil(
          PATIENCE,
          () ->
              topics.images.size() >= 4
                  && topics.imagesAreWhole()
                  && topics.tombstones.size() >= 4);
      topics.readWhatElseComes();

      assertThat(topics.tombstones)
          .containsExactlyInAnyOrder(
              topics.images() + " deleted",
              topics.images() + " renewed",
              topics.phrases() + " deleted",
              topics.phrases() + " renewed");
      // The records that compaction would keep.
      assertThat(topics.lastOfKey.get(topics.images() + " deleted")).isEqualTo("tombstone");
      assertThat(topics.lastOfKey.get(topics.images() + " renewed")).isEqualTo("record");
      assertThat(topics.lastOfKey.get(topics.images() + " kept")).isEqualTo("record");
      assertThat(topics.deadLetters).isEmpty();
      flink.cancel(job);
    }
  }
}
