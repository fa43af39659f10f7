package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.RecordHeader;
import io.groundstream.avro.RequestResult;
import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the way from an event to its dead letter and, by a replay, to its result. */
@Timeout(180)
final class DeadLettersITCase {
  private static final Path CHECKPOINT = Path.of("..", "model-serving", "demo-checkpoint");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int MAX_ATTEMPTS = 3;

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

  private static ConsoleRun run(JobTopics topics, String... arguments) {
    List<String> all = new ArrayList<>(List.of("dead-letters"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--topic", topics.deadLetters()));
    all.addAll(List.of("--bootstrap-servers", kafka.bootstrapServers()));
    all.addAll(List.of("--schema-registry", registry.url()));
    return ConsoleRun.of(all);
  }

  private static JobID submit(JobTopics topics, Path root) throws Exception {
    Map<String, String> values = new HashMap<>(topics.configuration());
    values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    values.put("schema-registry.url", registry.url());
    values.put("model.checkpoint", CHECKPOINT.toAbsolutePath().toString());
    values.put("model.device", "cpu");
    values.put("model.dtype", "float32");
    values.put("job.parallelism", "1");
    values.put("job.checkpoint-interval", "300 ms");
    values.put("flink.restart-strategy.type", "none");
    values.put("fetch.allowed-roots", root.toAbsolutePath().toString());
    values.put("dead-letter.max-bytes", "4 kb");
    values.put("dead-letter.max-attempts", Integer.toString(MAX_ATTEMPTS));
    return flink.submit(EnrichmentJob.define(EnrichmentSettings.parse(values)));
  }

  @Test
  void whatIsReplayedEndsAsAResultOrIsLeftAloneInTheEnd() throws Exception {
    Path root = Files.createDirectories(directory.resolve("images"));
    Path late = root.resolve("late.jpg");
    try (JobTopics topics = JobTopics.create("dl", kafka.bootstrapServers(), registry.url())) {
      JobID job = submit(topics, root);
      byte[] lateEvent =
          topics.encode(
              ImageEvent.newBuilder()
                  .setEventId("late")
                  .setImageUri(late.toUri().toString())
                  .setAttributes(Map.of("camera", "7"))
                  .build());
      topics.publish("late-key", lateEvent, "trace", "abc");
      // Above dead-letter.max-bytes, so that a replay has to read the bytes from the topic.
      topics.publish(
          Events.event(
              "half",
              "scene-000.jpg",
              Events.request("grounded-caption", null),
              Events.request("sing", null)));
      topics.publish("broken", "no avro at all".getBytes(StandardCharsets.UTF_8));
      topics.readUntil(PATIENCE, () -> topics.deadLetters.size() >= 3 && topics.images.size() >= 1);

      checkList(topics);
      checkShow(topics);
      checkReplayOfAnEvent(topics, late, lateEvent);
      checkReplayOfARequest(topics);
      flink.cancel(job);
    }
  }

  private static void checkList(JobTopics topics) throws Exception {
    ConsoleRun table = run(topics, "list");
    assertThat(table.exitCode()).as(table.err()).isZero();
    assertThat(table.out())
        .contains("fetch", "image-not-found", "unknown-task", "bad-magic", "3 dead letters");
    JsonNode groups = run(topics, "list", "--json", "--retryable").json().get(0);
    assertThat(groups.get("letters").asInt()).isEqualTo(1);
    assertThat(groups.get("groups").get(0).get("code").asText()).isEqualTo("image-not-found");
    assertThat(run(topics, "list", "--until", "1h").out()).isEqualTo("0 dead letters\n");
    assertThat(run(topics, "list", "--since", "soon").exitCode()).isEqualTo(ExitCodes.USAGE);
  }

  private static void checkShow(JobTopics topics) throws Exception {
    ConsoleRun shown = run(topics, "show", "--event-id", "late", "--json");
    assertThat(shown.exitCode()).as(shown.err()).isZero();
    JsonNode letter = shown.json().get(0);
    assertThat(letter.get("event").get("image_uri").asText()).endsWith("/late.jpg");
    assertThat(letter.get("event").get("attributes").get("camera").asText()).isEqualTo("7");
    ConsoleRun text = run(topics, "show", letter.get("position").asText());
    assertThat(text.out())
        .contains("image-not-found", "late-key", "trace = abc", "camera = 7", "attempt 1")
        .doesNotContain("unknown-task");
    assertThat(run(topics, "show", "--code", "unknown-task").out())
        .contains("sing", "left out; a replay takes them from the origin");
    assertThat(run(topics, "show", "--code", "no-such-code").exitCode())
        .isEqualTo(ExitCodes.FAILED);
    assertThat(run(topics, "show").exitCode()).isEqualTo(ExitCodes.USAGE);
  }

  private static void checkReplayOfAnEvent(JobTopics topics, Path late, byte[] lateEvent)
      throws Exception {
    assertThat(run(topics, "replay").exitCode()).isEqualTo(ExitCodes.USAGE);
    ConsoleRun dry = run(topics, "replay", "--retryable", "--dry-run");
    assertThat(dry.exitCode()).as(dry.err()).isZero();
    assertThat(dry.out().lines()).singleElement().asString().contains("image-not-found", "late");
    assertThat(dry.err()).contains("1 would be published");

    // The image is still missing: the second dead letter reports that and contains the original
    // event.
    assertThat(run(topics, "replay", "--retryable", "--group", "nightly").exitCode()).isZero();
    topics.readUntil(PATIENCE, () -> topics.deadLetters.size() >= 4);
    DeadLetter second = topics.deadLetters.get(3);
    assertThat(second.getCode()).isEqualTo("image-not-found");
    assertThat(second.getAttempts()).isEqualTo(2);
    assertThat(second.getOriginalValue()).isEqualTo(ByteBuffer.wrap(lateEvent));
    assertThat(second.getOriginalKey())
        .isEqualTo(ByteBuffer.wrap("late-key".getBytes(StandardCharsets.UTF_8)));
    assertThat(second.getOriginalHeaders().stream().map(RecordHeader::getName))
        .containsExactly("trace", "groundstream-attempts", "groundstream-replay-of");
    assertThat(second.getOriginalTimestamp())
        .isEqualTo(
            topics.deadLetters.stream()
                .filter(letter -> "late".equals(letter.getEventId()))
                .findFirst()
                .orElseThrow()
                .getOriginalTimestamp());

    Files.copy(Events.SCENES.resolve("scene-003.jpg"), late);
    ConsoleRun replayed = run(topics, "replay", "--retryable", "--group", "nightly");
    assertThat(replayed.exitCode()).as(replayed.err()).isZero();
    assertThat(replayed.out().lines()).as("only the newest dead letter").hasSize(1);
    topics.readUntil(
        PATIENCE,
        () -> topics.images.stream().anyMatch(image -> image.getImageId().equals("late")));
    assertThat(run(topics, "replay", "--retryable", "--group", "nightly").err())
        .contains("0 published");
  }

  private static void checkReplayOfARequest(JobTopics topics) throws Exception {
    int images = topics.images.size();
    for (int attempt = 2; attempt <= MAX_ATTEMPTS; attempt++) {
      ConsoleRun run =
          run(topics, "replay", "--event-id", "half", "--max-attempts", "" + MAX_ATTEMPTS);
      assertThat(run.exitCode()).as(run.err() + run.out()).isZero();
      assertThat(run.out().lines()).hasSize(1);
      int expected = images + attempt - 1;
      topics.readUntil(PATIENCE, () -> topics.images.size() >= expected);
      GroundedImage image = topics.images.get(expected - 1);
      assertThat(image.getRequests())
          .extracting(RequestResult::getTask)
          .as("only the failed request")
          .containsExactly("sing");
      int tried = attempt;
      topics.readUntil(
          PATIENCE,
          () ->
              topics.deadLetters.stream()
                  .anyMatch(
                      letter ->
                          letter.getCode().equals("unknown-task")
                              && letter.getAttempts() == tried));
    }
    ConsoleRun refused =
        run(topics, "replay", "--event-id", "half", "--max-attempts", "" + MAX_ATTEMPTS);
    assertThat(refused.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(refused.out()).contains("was tried 3 times");
    assertThat(refused.err()).contains("0 published, 1 not");
  }
}
