package io.groundstream.it;

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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests one job on several topics of different formats, some of which match a pattern and are
 * created while it runs.
 */
@Timeout(180)
final class EventTopicsITCase {
  private static final Path CHECKPOINT = Path.of("..", "model-serving", "demo-checkpoint");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String FRAMES = "shop.frames";
  private static final String DOCUMENTS = "shop.documents";
  private static final String RAW = "raw.1";
  private static final String LATER = "raw.2";

  @TempDir static Path directory;

  private static TestBroker kafka;
  private static TestRegistry registry;
  private static LocalFlink flink;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestBroker.start(directory.resolve("kafka"));
    registry = TestRegistry.start(directory.resolve("registry"));
    flink = LocalFlink.start(directory.resolve("flink"), 2, 0);
  }

  @AfterAll
  static void stop() throws Exception {
    flink.close();
    registry.close();
    kafka.close();
  }

  private static void create(String... topics) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      List<NewTopic> wanted = new ArrayList<>();
      for (String topic : topics) {
        wanted.add(new NewTopic(topic, 1, (short) 1));
      }
      admin.createTopics(wanted).all().get();
    }
  }

  private static Map<String, String> configuration(JobTopics topics) {
    Map<String, String> values = new HashMap<>(topics.configuration());
    values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    values.put("schema-registry.url", registry.url());
    values.put("model.checkpoint", CHECKPOINT.toAbsolutePath().toString());
    values.put("model.device", "cpu");
    values.put("job.parallelism", "1");
    values.put("job.checkpoint-interval", "300 ms");
    values.put("flink.restart-strategy.type", "none");
    values.put("fetch.allowed-roots", directory.toAbsolutePath().toString());
    values.put("kafka.topics.events", topics.events() + ";" + FRAMES + ";" + DOCUMENTS);
    values.put("kafka.topics.events-pattern", "raw\\..*");
    values.put("kafka.discovery-interval", "500 ms");
    values.put("requests.rules.z.when", "topic != \"" + topics.events() + "\"");
    values.put("requests.rules.z.requests", "detailed-caption");
    values.put("events.topics." + DOCUMENTS + ".format", "json");
    values.put("events.topics." + DOCUMENTS + ".json.image-uri", "/photo");
    values.put("events.topics." + FRAMES + ".format", "image");
    values.put("events.topics." + FRAMES + ".rules.mine.when", "topic == \"" + FRAMES + "\"");
    values.put("events.topics." + FRAMES + ".rules.mine.requests", "caption");
    values.put("events.topics.pictures.pattern", "raw\\..*");
    values.put("events.topics.pictures.format", "image");
    return values;
  }

  private static ConsoleRun check(Map<String, String> configuration, String... more) {
    List<String> arguments = new ArrayList<>(List.of("enrich", "--check"));
    configuration.forEach((key, value) -> arguments.add("-D" + key + "=" + value));
    arguments.addAll(List.of(more));
    return ConsoleRun.of(arguments);
  }

  @Test
  void eachTopicHasItsFormatAndRequests() throws Exception {
    byte[] scene = Files.readAllBytes(Events.SCENES.resolve("scene-000.jpg"));
    Path late = directory.resolve("late.jpg");
    try (JobTopics topics = JobTopics.create("several", kafka.bootstrapServers(), registry.url())) {
      create(FRAMES, DOCUMENTS, RAW);
      Map<String, String> configuration = configuration(topics);
      topics.publish(Events.event("avro", "scene-001.jpg"));
      topics.publishTo(FRAMES, "frame", scene);
      topics.publishTo(
          DOCUMENTS,
          null,
          ("{\"id\": \"document\", \"photo\": \"" + late.toUri() + "\"}")
              .getBytes(StandardCharsets.UTF_8));
      topics.publishTo(RAW, "raw", scene);
      topics.readUntil(PATIENCE, () -> true);

      ConsoleRun sample = check(configuration, "--connect", "--sample", "3", "--json");
      assertThat(sample.exitCode()).as(sample.err() + sample.out()).isEqualTo(ExitCodes.OK);
      Set<String> seen = new TreeSet<>();
      for (JsonNode preview : sample.json()) {
        seen.add(preview.get("image_id").asText());
      }
      assertThat(seen).containsExactly("avro", "document", "frame", "raw");
      assertThat(sample.err()).contains("topics that match raw\\..*", "1: raw.1");

      JobID job =
          flink.submit(
              EnrichmentJob.define(EnrichmentSettings.parse(configuration), new InstantModels()));
      topics.readUntil(PATIENCE, () -> topics.images.size() >= 3 && topics.deadLetters.size() >= 1);
      create(LATER);
      topics.publishTo(LATER, "later", scene);
      Files.write(late, scene);
      DeadLetter letter = topics.deadLetters.get(0);
      assertThat(letter.getOrigin().getName()).isEqualTo(DOCUMENTS);
      ConsoleRun replay =
          ConsoleRun.of(
              List.of(
                  "dead-letters",
                  "replay",
                  "--all",
                  "--topic",
                  topics.deadLetters(),
                  "--bootstrap-servers",
                  kafka.bootstrapServers(),
                  "--schema-registry",
                  registry.url()));
      assertThat(replay.exitCode()).as(replay.err()).isZero();
      topics.readUntil(PATIENCE, () -> topics.images.size() >= 5);
      flink.cancel(job);

      Map<String, String> places = new HashMap<>();
      for (GroundedImage image : topics.images) {
        places.put(
            image.getImageId(),
            image.getOrigin().getName()
                + " "
                + image.getRequests().stream().map(RequestResult::getTask).toList());
      }
      assertThat(places)
          .isEqualTo(
              Map.of(
                  "avro", topics.events() + " [grounded-caption]",
                  "frame", FRAMES + " [caption]",
                  "document", DOCUMENTS + " [detailed-caption]",
                  "raw", RAW + " [detailed-caption]",
                  "later", LATER + " [detailed-caption]"));
    }
  }

  @Test
  void enrichReadsWhateverProduceWrites() throws Exception {
    Path folder = Files.createDirectories(directory.resolve("pictures"));
    Files.copy(Events.SCENES.resolve("scene-000.jpg"), folder.resolve("a.jpg"));
    List<String> formats =
        List.of("avro", "image", "json", "cloudevents", "json-schema", "protobuf");
    create(formats.stream().map(format -> "made-" + format).toArray(String[]::new));
    for (String format : formats) {
      ConsoleRun produced =
          ConsoleRun.of(
              List.of(
                  "produce",
                  "--topic",
                  "made-" + format,
                  "--format",
                  format,
                  "--task",
                  "question",
                  "--text",
                  "Who is it?",
                  "--bootstrap-servers",
                  kafka.bootstrapServers(),
                  "--schema-registry",
                  registry.url(),
                  folder.toString()));
      assertThat(produced.exitCode()).as(format + produced.err()).isZero();
    }
    try (JobTopics topics = JobTopics.create("made", kafka.bootstrapServers(), registry.url())) {
      Map<String, String> configuration = configuration(topics);
      configuration.keySet().removeIf(key -> key.startsWith("events.topics."));
      configuration.put("kafka.topics.events-pattern", "made-(?!events|images|phrases|dead).*");
      formats.forEach(
          format -> configuration.put("events.topics.made-" + format + ".format", format));
      configuration.put("kafka.topics.events", topics.events());
      JobID job =
          flink.submit(
              EnrichmentJob.define(EnrichmentSettings.parse(configuration), new InstantModels()));
      topics.readUntil(
          PATIENCE, () -> topics.images.size() + topics.deadLetters.size() >= formats.size());
      flink.cancel(job);

      assertThat(topics.deadLetters).isEmpty();
      assertThat(topics.images)
          .extracting(image -> image.getOrigin().getName())
          .containsExactlyInAnyOrderElementsOf(
              formats.stream().map(format -> "made-" + format).toList());
      assertThat(topics.images)
          .allSatisfy(
              image -> {
                assertThat(image.getEventId()).isEqualTo("a.jpg");
                assertThat(image.getImageId()).isEqualTo("a.jpg");
                assertThat(image.getRequests())
                    .extracting(RequestResult::getRequestId)
                    .containsExactly(Ids.requestId("question", "Who is it?", List.of()));
              });
    }
  }

  /** A restored source reads on all topics of its state. */
  @Test
  void theRecordsOfARemovedTopicAreDeadLetters() throws Exception {
    byte[] scene = Files.readAllBytes(Events.SCENES.resolve("scene-000.jpg"));
    String removed = "removed.frames";
    Path checkpoints = directory.resolve("checkpoints");
    create(removed);
    try (JobTopics topics = JobTopics.create("kept", kafka.bootstrapServers(), registry.url())) {
      Map<String, String> configuration = configuration(topics);
      configuration.keySet().removeIf(key -> key.matches("events\\.topics\\..*|.*-pattern"));
      configuration.put("flink.execution.checkpointing.dir", checkpoints.toUri().toString());
      configuration.put(
          "flink.execution.checkpointing.externalized-checkpoint-retention",
          "RETAIN_ON_CANCELLATION");
      configuration.put("kafka.topics.events", topics.events());
      Map<String, String> both = new HashMap<>(configuration);
      both.put("kafka.topics.events", topics.events() + ";" + removed);
      both.put("events.topics." + removed + ".format", "image");
      topics.publish(Events.event("first", "scene-001.jpg"));
      topics.publishTo(removed, "frame", scene);
      JobID job =
          flink.submit(EnrichmentJob.define(EnrichmentSettings.parse(both), new InstantModels()));
      topics.readUntil(PATIENCE, () -> topics.images.size() + topics.deadLetters.size() >= 2);
      flink.cancel(job);
      assertThat(topics.deadLetters).isEmpty();

      configuration.put(
          "flink.execution.state-recovery.path", newest(checkpoints).toUri().toString());
      topics.publish(Events.event("second", "scene-001.jpg"));
      topics.publishTo(removed, "frame", scene);
      job =
          flink.submit(
              EnrichmentJob.define(EnrichmentSettings.parse(configuration), new InstantModels()));
      topics.readUntil(PATIENCE, () -> topics.images.size() + topics.deadLetters.size() >= 4);
      flink.cancel(job);

      assertThat(topics.images).extracting(GroundedImage::getEventId).contains("first", "second");
      DeadLetter letter = topics.deadLetters.get(0);
      assertThat(letter.getOrigin().getName()).isEqualTo(removed);
      assertThat(letter.getCode()).isEqualTo("topic-not-configured");
      assertThat(letter.getMessage())
          .contains("topic: " + removed, "kafka.topics.events", "events.topics." + removed);
    }
  }

  private static Path newest(Path checkpoints) throws IOException {
    try (Stream<Path> files = Files.walk(checkpoints)) {
      return files
          .filter(file -> file.getFileName().toString().equals("_metadata"))
          .map(Path::getParent)
          .max(
              Comparator.comparingInt(
                  file -> Integer.parseInt(file.getFileName().toString().replace("chk-", ""))))
          .orElseThrow();
    }
  }

  @Test
  void aPatternMustNotMatchTheResults() throws Exception {
    ConsoleRun run =
        check(
            Map.of(
                "kafka.bootstrap-servers", kafka.bootstrapServers(),
                "schema-registry.url", registry.url(),
                "model.checkpoint", CHECKPOINT.toAbsolutePath().toString(),
                "kafka.topics.events-pattern", ".*-(images|letters)"));

    assertThat(run.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(run.err())
        .contains("kafka.topics.events-pattern: .*-(images|letters)")
        .contains("does not match grounded-images")
        .contains("does not match dead-letters")
        .doesNotContain("does not match grounded-phrases");
  }
}
