package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.ImageEvent;
import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests events behind others with slow requests: the order of results, and the effect of deadlines.
 */
@Timeout(600)
class SlowModelITCase {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int QUICK = 24;

  /** One slot for the job of each test; the jobs run until the end. */
  private static final int SLOTS = 3;

  @TempDir static Path folder;

  private static TestBroker kafka;
  private static TestRegistry registry;
  private static LocalFlink flink;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestBroker.start(folder.resolve("kafka"));
    registry = TestRegistry.start(folder.resolve("registry"));
    flink = LocalFlink.start(folder.resolve("flink"), SLOTS, 0);
  }

  @AfterAll
  static void stop() throws Exception {
    flink.close();
    registry.close();
    kafka.close();
  }

  private static JobTopics topics(String prefix) throws Exception {
    return JobTopics.create(prefix, kafka.bootstrapServers(), registry.url());
  }

  private static JobID submit(JobTopics topics, Map<String, String> more) throws Exception {
    Map<String, String> values = new HashMap<>(topics.configuration());
    values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    values.put("schema-registry.url", registry.url());
    values.put("model.checkpoint", ClusterITCase.CHECKPOINT.toString());
    values.put("job.parallelism", "1");
    values.put("job.checkpoint-interval", "500 ms");
    values.putAll(more);
    return flink.submit(
        EnrichmentJob.define(EnrichmentSettings.parse(values), new UnevenModels(QUICK)));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void resultsLeaveInTheOrderOfEventsOrOfAnswers(boolean ordered) throws Exception {
    try (JobTopics topics = topics("ordered-" + ordered)) {
      // In both partitions, before all others.
      for (int i = 0; i < 4; i++) {
        topics.publish(
            Events.event(
                "slow-" + i,
                "scene-000.jpg",
                Events.request("phrase-grounding", UnevenModels.SLOW)));
      }
      for (int i = 0; i < QUICK; i++) {
        topics.publish(quick("quick-" + i));
      }
      JobID job = submit(topics, Map.of("grounding.ordered", Boolean.toString(ordered)));
      topics.readUntil(PATIENCE, () -> topics.images.size() >= QUICK + 4);

      assertThat(flink.status(job)).isEqualTo(JobStatus.RUNNING);
      assertThat(topics.deadLetters).isEmpty();
      check(byPartition(topics.images), ordered);
    }
  }

  private static ImageEvent quick(String id) throws IOException {
    return Events.event(id, "scene-000.jpg", Events.request("grounded-caption", null));
  }

  @Test
  void whoseTurnComesTooLateIsADeadLetterAndNotAsked() throws Exception {
    try (JobTopics topics = topics("deadlines")) {
      int places = 2;
      JobID job = submit(topics, Map.of("grounding.capacity", Integer.toString(places)));
      topics.publish(quick("first"));
      // The job must be running when the other events arrive.
      topics.readUntil(PATIENCE, () -> topics.images.size() == 1);

      Instant deadline = Instant.now().plusSeconds(2);
      Instant answers = deadline.plusSeconds(1);
      for (int i = 0; i < places; i++) {
        publish(
            topics,
            Events.event(
                "slow-" + i,
                "scene-000.jpg",
                Events.request("phrase-grounding", UnevenModels.UNTIL + answers)));
      }
      for (int i = 0; i < 4; i++) {
        ImageEvent late = quick("late-" + i);
        late.setDeadline(deadline);
        publish(topics, late);
        ImageEvent inTime = quick("in-time-" + i);
        inTime.setDeadline(deadline.plus(Duration.ofHours(1)));
        publish(topics, inTime);
      }
      topics.readUntil(
          PATIENCE, () -> topics.images.size() + topics.deadLetters.size() >= 1 + places + 2 * 4);
      topics.readWhatElseComes();

      assertThat(flink.status(job)).isEqualTo(JobStatus.RUNNING);
      assertThat(topics.images)
          .extracting(GroundedImage::getEventId)
          .containsExactlyInAnyOrder(
              "first", "slow-0", "slow-1", "in-time-0", "in-time-1", "in-time-2", "in-time-3");
      assertThat(topics.deadLetters)
          .extracting(DeadLetter::getEventId, DeadLetter::getStage, DeadLetter::getCode)
          .containsExactlyInAnyOrder(
              tuple("late-0", "request", "deadline-exceeded"),
              tuple("late-1", "request", "deadline-exceeded"),
              tuple("late-2", "request", "deadline-exceeded"),
              tuple("late-3", "request", "deadline-exceeded"));
      // The job checks an event only when there is room for it.
      assertThat(topics.deadLetters)
          .allSatisfy(letter -> assertThat(letter.getProcessingTime()).isAfter(deadline));
    }
  }

  /** Publishes events with the same key, and so in order in one partition. */
  private static void publish(JobTopics topics, ImageEvent event) {
    topics.publish("one", topics.encode(event));
  }

  /** Checks the order of records with the same key, which are in one partition. */
  private static Map<String, List<GroundedImage>> byPartition(List<GroundedImage> images) {
    Map<String, List<GroundedImage>> partitions = new HashMap<>();
    for (GroundedImage image : images) {
      partitions.computeIfAbsent(place(image)[0], any -> new ArrayList<>()).add(image);
    }
    return partitions;
  }

  /** Returns the partition and offset of the event. */
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
        assertThat(kinds.get(0))
            .as("the first result, which overtook slow ones")
            .isEqualTo("quick");
      }
    }
  }
}
