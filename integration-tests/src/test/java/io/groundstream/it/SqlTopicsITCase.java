package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.RecordHeader;
import io.groundstream.avro.RequestBox;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.schemas.AvroWireEncoder;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.SubjectNames;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The topics of jobs as tables of {@code groundstream sql}, with a real broker and registry. */
@Timeout(180)
final class SqlTopicsITCase {
  private static final Path CHECKPOINT = Path.of("..", "model-serving", "demo-checkpoint");

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir static Path directory;

  private static TestBroker kafka;
  private static TestRegistry registry;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestBroker.start(directory.resolve("kafka"));
    registry = TestRegistry.start(directory.resolve("registry"));
  }

  @AfterAll
  static void stop() throws Exception {
    if (registry != null) {
      registry.close();
    }
    if (kafka != null) {
      kafka.close();
    }
  }

  private static ConsoleRun ddl(JobTopics topics) {
    List<String> arguments = new ArrayList<>(List.of("sql", "ddl"));
    topics
        .configuration()
        .forEach(
            (key, value) -> {
              if (key.startsWith("kafka.topics.")) {
                arguments.addAll(List.of("-D", key + "=" + value));
              }
            });
    arguments.addAll(
        List.of(
            "--bootstrap-servers", kafka.bootstrapServers(), "--schema-registry", registry.url()));
    return ConsoleRun.of(arguments);
  }

  private static ConsoleRun query(Path tables, String query) {
    return ConsoleRun.of(
        List.of(
            "sql",
            "--batch",
            "--dtype",
            "float32",
            "--checkpoint",
            CHECKPOINT.toString(),
            tables.toString(),
            "-e",
            query));
  }

  private static Path tables(JobTopics topics) throws Exception {
    ConsoleRun ddl = ddl(topics);
    assertThat(ddl.err()).isEmpty();
    assertThat(ddl.exitCode()).isEqualTo(ExitCodes.OK);
    Path file = directory.resolve(topics.events() + ".sql");
    // The tables end where the topics do now.
    Files.writeString(
        file,
        ddl.out()
            .replace(
                "'scan.startup.mode'",
                "'scan.bounded.mode' = 'latest-offset',\n  'scan.startup.mode'"));
    return file;
  }

  @Test
  void readsImagesAndPhrases() throws Exception {
    try (JobTopics topics =
            JobTopics.create("sql-results", kafka.bootstrapServers(), registry.url());
        GroundedRecords records =
            new GroundedRecords(topics, kafka.bootstrapServers(), registry.url())) {
      records.whole("image-1", 1_700_000_000_000L, "request-1", 3);
      records.whole("image-2", 1_700_000_001_000L, "request-1", 2);
      records.flush();
      Path tables = tables(topics);

      ConsoleRun images =
          query(
              tables,
              "SELECT image_id, attributes['camera'] AS camera, processing_time, r.caption,"
                  + " r.phrase_count, origin.name AS topic FROM images CROSS JOIN UNNEST(requests)"
                  + " AS r(request_id, task, prompt, raw_text, caption, answer, finish_reason,"
                  + " prompt_tokens, generated_tokens, phrase_count, warnings, error_code, scores)"
                  + " ORDER BY image_id");
      assertThat(images.err()).isEmpty();
      assertThat(images.out())
          .containsPattern(
              "image-1 \\| +north gate \\| 2023-11-14 22:13:20\\.000 \\| +a row of things \\| +3"
                  + " \\| +events \\|")
          .contains("2 rows in set");

      ConsoleRun phrases =
          query(
              tables,
              "SELECT image_id, COUNT(*) AS things, MIN(boxes[1].y_max) AS y,"
                  + " MAX(boxes[1].confidence) AS confidence FROM phrases GROUP BY image_id");
      assertThat(phrases.err()).isEmpty();
      assertThat(phrases.out())
          .containsPattern("image-1 \\| +3 \\| +0\\.75 \\| +0\\.875 \\|")
          .containsPattern("image-2 \\| +2 \\| +0\\.75 \\| +0\\.875 \\|");
    }
  }

  @Test
  void groundsTheEventsOfATopic() throws Exception {
    try (JobTopics topics =
        JobTopics.create("sql-events", kafka.bootstrapServers(), registry.url())) {
      topics.publish(
          ImageEvent.newBuilder()
              .setEventId("event-1")
              .setImageBytes(
                  ByteBuffer.wrap(
                      Files.readAllBytes(ClusterEvents.SCENES.resolve("scene-000.jpg"))))
              .setEventTime(Instant.parse("2026-01-01T00:00:00Z"))
              .setAttributes(Map.of("camera", "north"))
              .setRequests(
                  List.of(
                      ImageRequest.newBuilder()
                          .setTask("referring-expression")
                          .setBoxes(List.of(new RequestBox(0.1, 0.2, 0.5, 0.75, null)))
                          .build()))
              .build());
      topics.publish(ImageEvent.newBuilder().setEventId("event-2").setPriority(5).build());
      topics.readUntil(PATIENCE, () -> true);
      Path tables = tables(topics);

      ConsoleRun run =
          query(
              tables,
              "SELECT event_id, caption, error_code, `requests`[1].`boxes`[1].`y_max` AS y,"
                  + " event_time FROM ML_PREDICT((SELECT event_id, event_time, `requests`,"
                  + " image_bytes, 'grounded-caption' AS task, CAST(NULL AS STRING) AS `text` FROM"
                  + " events), MODEL kosmos, DESCRIPTOR(image_bytes, task, `text`)) ORDER BY"
                  + " event_id");

      assertThat(run.err()).isEmpty();
      assertThat(run.out())
          .containsPattern(
              "event-1 \\| +An image of a mushroom and a ball\\. \\| +<NULL> \\| +0\\.75 \\|"
                  + " 2026-01-01 00:00:00\\.000 \\|")
          .containsPattern("event-2 \\| +<NULL> \\| +image-missing \\| +<NULL> \\| +<NULL> \\|");
    }
  }

  @Test
  void countsDeadLettersByCode() throws Exception {
    SchemaRegistry client = SchemaRegistry.connect(List.of(registry.url()), Map.of());
    try (JobTopics topics =
        JobTopics.create("sql-letters", kafka.bootstrapServers(), registry.url())) {
      AvroWireEncoder<DeadLetter> encoder =
          AvroWireEncoder.open(
              client, SubjectNames.ofValues(topics.deadLetters()), DeadLetter.class, true);
      for (String code : List.of("image-corrupt", "unknown-task", "image-corrupt")) {
        topics.publishTo(
            topics.deadLetters(),
            "image-1",
            encoder.encode(
                DeadLetter.newBuilder()
                    .setStage("request")
                    .setCode(code)
                    .setMessage("a message")
                    .setOriginalHeaders(
                        List.of(new RecordHeader("trace", ByteBuffer.wrap(new byte[] {1, 2}))))
                    .setOriginalTimestamp(Instant.parse("2026-01-01T00:00:00Z"))
                    .build()));
      }
      topics.readUntil(PATIENCE, () -> true);

      ConsoleRun run =
          query(
              tables(topics),
              "SELECT code, COUNT(*) AS letters, MAX(original_timestamp) AS latest,"
                  + " MAX(CARDINALITY(original_headers)) AS headers FROM dead_letters GROUP BY"
                  + " code");

      assertThat(run.err()).isEmpty();
      assertThat(run.out())
          .containsPattern("image-corrupt \\| +2 \\| 2026-01-01 00:00:00\\.000 \\| +1 \\|")
          .containsPattern("unknown-task \\| +1 \\| 2026-01-01 00:00:00\\.000 \\| +1 \\|");
    } finally {
      client.close();
    }
  }
}
