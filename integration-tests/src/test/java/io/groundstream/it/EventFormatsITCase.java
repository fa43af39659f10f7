package io.groundstream.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.RequestResult;
import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import io.groundstream.schemas.Ids;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the enrichment job on topics of raw images, JSON and CloudEvents: what they become, what
 * the command shows before, and that a replay of the original bytes means the same.
 */
@Timeout(180)
final class EventFormatsITCase {
  private static final Path CHECKPOINT = Path.of("..", "model-serving", "demo-checkpoint");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir static Path directory;

  private static TestBroker kafka;
  private static TestRegistry registry;
  private static LocalFlink flink;
  private static byte[] scene;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestBroker.start(directory.resolve("kafka"));
    registry = TestRegistry.start(directory.resolve("registry"));
    flink = LocalFlink.start(directory.resolve("flink"), 3, 0);
    scene = Files.readAllBytes(Events.SCENES.resolve("scene-000.jpg"));
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

  private static Map<String, String> configuration(JobTopics topics, String... options) {
    Map<String, String> values = new HashMap<>(topics.configuration());
    values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    values.put("schema-registry.url", registry.url());
    values.put("model.checkpoint", CHECKPOINT.toAbsolutePath().toString());
    values.put("model.device", "cpu");
    values.put("job.parallelism", "1");
    values.put("job.checkpoint-interval", "300 ms");
    values.put("flink.restart-strategy.type", "none");
    values.put("fetch.allowed-roots", directory.toAbsolutePath().toString());
    for (int i = 0; i < options.length; i += 2) {
      values.put(options[i], options[i + 1]);
    }
    return values;
  }

  private static JobID submit(Map<String, String> configuration) throws Exception {
    return flink.submit(
        EnrichmentJob.define(EnrichmentSettings.parse(configuration), new InstantModels()));
  }

  private static ConsoleRun check(Map<String, String> configuration, String... more) {
    List<String> arguments = new ArrayList<>(List.of("enrich", "--check"));
    configuration.forEach((key, value) -> arguments.add("-D" + key + "=" + value));
    arguments.addAll(Arrays.asList(more));
    return ConsoleRun.of(arguments);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aTopicOfImagesIsShownBeforeAndThenEnriched() throws Exception {
    try (JobTopics topics = topics("raw")) {
      Map<String, String> configuration =
          configuration(
              topics,
              "events.format",
              "image",
              "events.attribute-headers",
              "camera",
              "requests.rules.gate.when",
              "camera == \"gate\"",
              "requests.rules.gate.requests",
              "caption;question: Who is at the {attributes.camera}?");
      topics.publish("a.jpg", scene);
      topics.publish("b.jpg", scene, "camera", "gate");
      topics.publish("c.jpg", utf8("{\"image\": 1}"));
      topics.readUntil(PATIENCE, () -> true);

      checkSample(topics, configuration);

      JobID job = submit(configuration);
      topics.readUntil(PATIENCE, () -> topics.images.size() >= 2 && topics.deadLetters.size() >= 1);
      flink.cancel(job);

      Map<String, GroundedImage> images = new HashMap<>();
      topics.images.forEach(image -> images.put(image.getImageId(), image));
      assertThat(images).containsOnlyKeys("a.jpg", "b.jpg");
      GroundedImage plain = requireNonNull(images.get("a.jpg"));
      GroundedImage gate = requireNonNull(images.get("b.jpg"));
      assertThat(plain.getRequests())
          .extracting(RequestResult::getTask)
          .containsExactly("grounded-caption");
      assertThat(gate.getRequests())
          .extracting(RequestResult::getRequestId)
          .containsExactly(
              Ids.requestId("caption", null, List.of()),
              Ids.requestId("question", "Who is at the gate?", List.of()));
      assertThat(gate.getAttributes()).isEqualTo(Map.of("camera", "gate"));
      DeadLetter letter = topics.deadLetters.get(0);
      assertThat(letter.getCode()).isEqualTo("format-mismatch");
      assertThat(letter.getOriginalValue()).isEqualTo(ByteBuffer.wrap(utf8("{\"image\": 1}")));
    }
  }

  private static void checkSample(JobTopics topics, Map<String, String> configuration)
      throws Exception {
    ConsoleRun table = check(configuration, "--sample", "5");
    assertThat(table.exitCode()).as(table.err()).isEqualTo(ExitCodes.FAILED);
    assertThat(table.out())
        .contains("a.jpg", "camera=gate", "question: Who is at the gate?", scene.length + " bytes")
        .contains("would be a dead letter: format-mismatch", "set events.format: json");

    ConsoleRun lines = check(configuration, "--sample", "2", "--json");
    assertThat(lines.json()).hasSize(2);
    for (JsonNode preview : lines.json()) {
      assertThat(preview.get("position").asText()).startsWith(topics.events() + ":");
      assertThat(preview.has("requests")).isTrue();
    }
    assertThat(check(configuration, "--sample", "0").exitCode()).isEqualTo(ExitCodes.USAGE);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      assertThat(
              admin
                  .listConsumerGroupOffsets(topics.configuration().get("kafka.group-id"))
                  .partitionsToOffsetAndMetadata()
                  .get())
          .as("nothing is committed")
          .isEmpty();
    }
  }

  @Test
  void aReplayedDocumentMeansTheSame() throws Exception {
    Path late = directory.resolve("late.jpg");
    try (JobTopics topics = topics("json")) {
      JobID job = submit(configuration(topics, "events.format", "json"));
      byte[] missing = utf8("{\"url\": \"" + late.toUri() + "\"}");
      topics.publish(null, missing);
      topics.publish(
          null,
          utf8(
              "{\"id\": 7, \"image\": {\"bytes\": \""
                  + Base64.getEncoder().encodeToString(scene)
                  + "\"}, \"task\": \"phrase-grounding\", \"text\": \"a <dog>\"}"));
      topics.readUntil(PATIENCE, () -> topics.images.size() >= 1 && topics.deadLetters.size() >= 1);
      DeadLetter letter = topics.deadLetters.get(0);
      assertThat(letter.getCode()).isEqualTo("image-not-found");
      assertThat(letter.getOriginalValue()).isEqualTo(ByteBuffer.wrap(missing));
      String eventId = topics.events() + ":" + letter.getOrigin().getPosition();
      assertThat(letter.getEventId()).isEqualTo(eventId);
      assertThat(topics.images.get(0).getImageId()).isEqualTo("7");
      assertThat(topics.images.get(0).getRequests().get(0).getRequestId())
          .isEqualTo(Ids.requestId("phrase-grounding", "a <dog>", List.of()));

      Files.write(late, scene);
      ConsoleRun replay =
          ConsoleRun.of(
              List.of(
                  "dead-letters",
                  "replay",
                  "--retryable",
                  "--topic",
                  topics.deadLetters(),
                  "--bootstrap-servers",
                  kafka.bootstrapServers(),
                  "--schema-registry",
                  registry.url()));
      assertThat(replay.exitCode()).as(replay.err()).isZero();
      topics.readUntil(PATIENCE, () -> topics.images.size() >= 2);
      flink.cancel(job);

      // Its id is that of its first position, although it has another one now.
      assertThat(topics.images.get(1).getEventId()).isEqualTo(eventId);
      assertThat(topics.images.get(1).getOrigin()).isNotEqualTo(letter.getOrigin());
    }
  }

  @Test
  void hostileDocumentsAreDeadLettersAndTheJobContinues() throws Exception {
    try (JobTopics topics = topics("hostile")) {
      JobID job = submit(configuration(topics, "events.format", "json"));
      topics.publish("1", utf8("[".repeat(10_000)));
      topics.publish("2", utf8("{\"a\": 1, \"a\": 2}"));
      topics.publish("3", utf8("{\"a\": NaN}"));
      topics.publish("4", utf8("{\"a\": \"\\ud800\"}"));
      // The instant model, which these jobs run, looks at no image.
      topics.publish("5", utf8("{\"image\": \"" + "A".repeat(1 << 20) + "\"}"));
      topics.publish("6", utf8("{\"image\": \"%\"}"));
      topics.publish("7", scene);
      topics.publish("8", new byte[0]);
      topics.publish(
          "good", utf8("{\"image\":\"" + Base64.getEncoder().encodeToString(scene) + "\"}"));
      topics.readUntil(PATIENCE, () -> topics.deadLetters.size() >= 7 && topics.images.size() >= 2);
      flink.cancel(job);

      assertThat(topics.deadLetters.stream().map(DeadLetter::getCode))
          .containsExactlyInAnyOrder(
              "json-too-deep",
              "json-duplicate-key",
              "json-number-invalid",
              "json-lone-surrogate",
              "base64-invalid",
              "format-mismatch",
              "json-invalid");
      assertThat(topics.images.stream().map(GroundedImage::getImageId))
          .containsExactlyInAnyOrder("5", "good");
    }
  }

  @Test
  void cloudEventsAreReadInBothModes() throws Exception {
    try (JobTopics topics = topics("ce")) {
      JobID job = submit(configuration(topics, "events.format", "cloudevents"));
      topics.publish(
          "k",
          utf8(
              "{\"specversion\":\"1.0\",\"id\":\"s-1\",\"source\":\"/a\",\"type\":\"t\","
                  + "\"subject\":\"image-s\",\"datacontenttype\":\"image/jpeg\",\"data_base64\":\""
                  + Base64.getEncoder().encodeToString(scene)
                  + "\"}"),
          "content-type",
          "application/cloudevents+json");
      topics.publish("k", scene, "ce_specversion", "1.0");
      topics.readUntil(PATIENCE, () -> topics.images.size() >= 1 && topics.deadLetters.size() >= 1);
      flink.cancel(job);

      assertThat(topics.images.get(0).getEventId()).isEqualTo("s-1");
      assertThat(topics.images.get(0).getImageId()).isEqualTo("image-s");
      assertThat(topics.deadLetters.get(0).getCode()).isEqualTo("event-id-missing");
    }
  }
}
