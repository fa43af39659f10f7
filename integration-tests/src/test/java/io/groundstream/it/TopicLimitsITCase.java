package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.ImageEvent;
import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import io.groundstream.jobs.enrich.FailureReasons;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests a topic whose record limit is lowered while a job writes to it. */
@Timeout(200)
class TopicLimitsITCase {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private Path directory;

  /**
   * The job restarts, reads the limit and writes a dead letter; a limit below the minimum fails it
   * with advice.
   */
  @Test
  void aLoweredLimitCostsNoMoreThanWhatIsTooLarge() throws Exception {
    try (TestBroker kafka = TestBroker.start(directory.resolve("kafka"));
        TestRegistry registry = TestRegistry.start(directory.resolve("registry"));
        LocalFlink flink = LocalFlink.start(directory.resolve("flink"), /* slots= */ 1, 0);
        JobTopics topics = JobTopics.create("limits", kafka.bootstrapServers(), registry.url())) {
      Map<String, String> values = new HashMap<>(topics.configuration());
      values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
      values.put("schema-registry.url", registry.url());
      values.put("model.checkpoint", ClusterITCase.CHECKPOINT.toAbsolutePath().toString());
      values.put("model.device", "cpu");
      values.put("job.parallelism", "1");
      values.put("job.checkpoint-interval", "500 ms");
      values.put("flink.restart-strategy.type", "fixed-delay");
      values.put("flink.restart-strategy.fixed-delay.attempts", "5");
      values.put("flink.restart-strategy.fixed-delay.delay", "100 ms");
      JobID job =
          flink.submit(EnrichmentJob.define(EnrichmentSettings.parse(values), new InstantModels()));
      topics.publish(large("before"));
      topics.readUntil(PATIENCE, () -> topics.images.size() >= 1 && topics.imagesAreWhole());

      limit(kafka, topics.images(), 65_536);
      topics.publish(large("after"));
      topics.publish(Events.event("small", "scene-000.jpg"));
      topics.readUntil(PATIENCE, () -> topics.images.size() >= 2 && !topics.deadLetters.isEmpty());
      topics.readWhatElseComes();
      assertThat(topics.images)
          .extracting(GroundedImage::getEventId)
          .containsExactlyInAnyOrder("before", "small");
      assertThat(topics.deadLetters)
          .extracting(DeadLetter::getEventId, DeadLetter::getStage)
          .containsOnly(tuple("after", "emit"));
      assertThat(flink.restarts(job)).isPositive();

      limit(kafka, topics.images(), 100);
      topics.publish(Events.event("last", "scene-000.jpg"));
      Throwable failure = flink.result(job).getSerializedThrowable().orElseThrow();
      assertThat(FailureReasons.of(failure))
          .contains("max.message.bytes of topic " + topics.images() + ": 100")
          .contains("expected: >= 65536");
    }
  }

  /** An attribute makes the event's record larger than the smallest limit. */
  private static ImageEvent large(String id) throws Exception {
    ImageEvent event = Events.event(id, "scene-000.jpg");
    event.setAttributes(Map.of("note", "x".repeat(100_000)));
    return event;
  }

  private static void limit(TestBroker kafka, String topic, int bytes) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      ConfigEntry entry = new ConfigEntry("max.message.bytes", Integer.toString(bytes));
      admin
          .incrementalAlterConfigs(
              Map.of(
                  new ConfigResource(ConfigResource.Type.TOPIC, topic),
                  List.of(new AlterConfigOp(entry, AlterConfigOp.OpType.SET))))
          .all()
          .get();
    }
  }
}
