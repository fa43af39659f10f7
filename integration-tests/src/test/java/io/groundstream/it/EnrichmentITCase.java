package io.groundstream.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.RequestBox;
import io.groundstream.avro.RequestResult;
import io.groundstream.jobs.embedded.LocalFlink;
import io.groundstream.jobs.embedded.LocalKafka;
import io.groundstream.jobs.embedded.LocalRegistry;
import io.groundstream.jobs.enrich.EnrichmentJob;
import io.groundstream.operators.config.EnrichmentSettings;
import io.groundstream.schemas.Ids;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The enrichment job between a real broker and a real registry: every event ends as its records or
 * as a dead letter with a stable code, and the job goes on.
 */
@Timeout(180)
final class EnrichmentITCase {
  private static final Path SCENES = Path.of("..", "jobs", "demo-scenes");
  private static final Path CHECKPOINT = Path.of("..", "model-serving", "demo-checkpoint");
  private static final Path GOLDENS =
      Path.of("..", "model-serving", "src", "test", "resources", "goldens");
  private static final Path REGISTRY = Path.of("..", "jobs", "target", "apicurio-registry");
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** Two for the job of each test; they run until the end. */
  private static final int SLOTS = 10;

  @TempDir static Path directory;

  private static LocalKafka kafka;
  private static LocalRegistry registry;
  private static LocalFlink flink;

  /** What the test expects of one bad event. */
  private record Bad(@Nullable String key, byte @Nullable [] value, String stage, String code) {}

  @BeforeAll
  static void start() throws Exception {
    kafka = LocalKafka.start(directory.resolve("kafka"), 0);
    registry = LocalRegistry.start(REGISTRY, directory.resolve("registry"), 0);
    flink = LocalFlink.start(directory.resolve("flink"), SLOTS, 0);
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

  private static JobID submit(JobTopics topics, String registryUrl, Map<String, String> more)
      throws Exception {
    Map<String, String> values = new HashMap<>(topics.configuration());
    values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    values.put("schema-registry.url", registryUrl);
    values.put("model.checkpoint", CHECKPOINT.toAbsolutePath().toString());
    values.put("model.device", "cpu");
    values.put("job.parallelism", "2");
    values.put("job.checkpoint-interval", "500 ms");
    values.put("flink.restart-strategy.type", "none");
    values.putAll(more);
    return flink.submit(EnrichmentJob.define(EnrichmentSettings.parse(values)));
  }

  private static ImageEvent event(String id, String scene, ImageRequest... requests)
      throws Exception {
    return ImageEvent.newBuilder()
        .setEventId(id)
        .setImageBytes(ByteBuffer.wrap(Files.readAllBytes(SCENES.resolve(scene))))
        .setRequests(Arrays.asList(requests))
        .build();
  }

  private static ImageRequest request(String task, @Nullable String text, RequestBox... boxes) {
    return ImageRequest.newBuilder()
        .setTask(task)
        .setText(text)
        .setBoxes(Arrays.asList(boxes))
        .build();
  }

  /** The reference's brief captions of the scenes, by file name. */
  private static Map<String, JsonNode> referenceCaptions() throws Exception {
    JsonMapper json = new JsonMapper();
    Map<String, JsonNode> captions = new LinkedHashMap<>();
    for (String line : Files.readAllLines(GOLDENS.resolve("generation-demo.jsonl"))) {
      JsonNode answer = json.readTree(line);
      if (answer.get("prompt").asText().equals("<grounding> An image of")) {
        captions.put(answer.get("image").asText(), answer);
      }
    }
    return captions;
  }

  @Test
  void everyEventEndsAsItsRecordsOrAsADeadLetter() throws Exception {
    Map<String, JsonNode> captions = referenceCaptions();
    Path root = Files.createDirectories(directory.resolve("pictures"));
    Path linked = Files.copy(SCENES.resolve("scene-003.jpg"), root.resolve("linked.jpg"));
    try (JobTopics topics = topics("all")) {
      JobID job =
          submit(
              topics,
              registry.url(),
              Map.of("fetch.allowed-roots", root.toAbsolutePath().toString()));
      List<Bad> bad = badEvents(topics, root);
      int next = 0;
      for (String scene : captions.keySet()) {
        topics.publish(event(scene, scene));
        if (next < bad.size()) {
          topics.publish(bad.get(next).key(), bad.get(next).value());
          next++;
        }
      }
      for (; next < bad.size(); next++) {
        topics.publish(bad.get(next).key(), bad.get(next).value());
      }
      topics.publish(
          ImageEvent.newBuilder()
              .setEventId("linked")
              .setImageUri(linked.toUri().toString())
              .build());
      int good = captions.size() + 1;
      topics.readUntil(
          PATIENCE, () -> topics.images.size() >= good && topics.deadLetters.size() >= bad.size());
      topics.readWhatElseComes();

      assertThat(flink.status(job)).isEqualTo(JobStatus.RUNNING);
      checkGood(topics, captions);
      checkBad(topics, bad);
    }
  }

  private static List<Bad> badEvents(JobTopics topics, Path root) throws Exception {
    byte[] valid = topics.encode(event("valid", "scene-000.jpg"));
    byte[] unknownSchema = valid.clone();
    unknownSchema[1] = 0x7f;
    RequestBox outside = new RequestBox(0.1, 0.1, 1.5, 0.9);
    RequestBox inverted = new RequestBox(0.9, 0.1, 0.2, 0.9);
    ImageEvent noPicture =
        ImageEvent.newBuilder()
            .setEventId("no-picture")
            .setImageBytes(ByteBuffer.wrap("just words".getBytes(StandardCharsets.UTF_8)))
            .build();
    byte[] half = Files.readAllBytes(GOLDENS.resolve("hostile").resolve("cut-in-half.jpg"));
    ImageEvent tooLarge = event("too-large", "scene-000.jpg");
    tooLarge.setAttributes(Map.of("essay", "x".repeat(1_200_000)));
    ImageEvent expired = event("expired", "scene-000.jpg");
    expired.setDeadline(Instant.now().minusSeconds(60));
    List<Bad> bad = new ArrayList<>();
    bad.add(
        new Bad(
            "k1", "no avro at all".getBytes(StandardCharsets.UTF_8), "decode-record", "bad-magic"));
    bad.add(new Bad(null, new byte[0], "decode-record", "record-empty"));
    bad.add(new Bad("k2", null, "decode-record", "record-empty"));
    bad.add(new Bad("k3", unknownSchema, "decode-record", "unknown-schema-id"));
    bad.add(new Bad("k4", Arrays.copyOf(valid, 900), "decode-record", "record-corrupt"));
    bad.add(
        encoded(
            topics,
            event("unknown-task", "scene-000.jpg", request("sing", null)),
            "request",
            "unknown-task"));
    bad.add(encoded(topics, noPicture, "decode-image", "image-format-unknown"));
    bad.add(
        encoded(
            topics,
            ImageEvent.newBuilder().setEventId("half").setImageBytes(ByteBuffer.wrap(half)).build(),
            "decode-image",
            "image-truncated"));
    bad.add(
        encoded(
            topics,
            ImageEvent.newBuilder()
                .setEventId("missing-file")
                .setImageUri(root.resolve("gone.jpg").toUri().toString())
                .build(),
            "fetch",
            "image-not-found"));
    bad.add(
        encoded(
            topics,
            ImageEvent.newBuilder()
                .setEventId("elsewhere")
                .setImageUri("file:///etc/passwd")
                .build(),
            "fetch",
            "uri-not-allowed"));
    bad.add(
        encoded(
            topics,
            event("control", "scene-000.jpg", request("phrase-grounding", "a\u0000dog")),
            "request",
            "text-invalid"));
    bad.add(
        encoded(
            topics,
            event("outside", "scene-000.jpg", request("referring-expression", null, outside)),
            "request",
            "box-invalid"));
    bad.add(
        encoded(
            topics,
            event("inverted", "scene-000.jpg", request("referring-expression", null, inverted)),
            "request",
            "box-invalid"));
    bad.add(
        encoded(
            topics,
            event("long", "scene-000.jpg", request("question", "why ".repeat(700))),
            "request",
            "prompt-too-long"));
    bad.add(encoded(topics, tooLarge, "emit", "record-too-large"));
    bad.add(encoded(topics, expired, "request", "deadline-exceeded"));
    return bad;
  }

  private static Bad encoded(JobTopics topics, ImageEvent event, String stage, String code) {
    return new Bad(event.getEventId(), topics.encode(event), stage, code);
  }

  private static void checkGood(JobTopics topics, Map<String, JsonNode> captions) {
    Map<String, GroundedImage> byEvent =
        topics.images.stream()
            .filter(image -> image.getRequests().get(0).getErrorCode() == null)
            .collect(Collectors.toMap(GroundedImage::getEventId, image -> image));
    captions.forEach(
        (scene, reference) -> {
          GroundedImage image = byEvent.get(scene);
          assertThat(image).as(scene).isNotNull();
          assertThat(image.getWidth()).isEqualTo(448);
          RequestResult result = image.getRequests().get(0);
          assertThat(result.getCaption()).isEqualTo(reference.get("caption").asText());
          assertThat(result.getRawText()).isEqualTo(reference.get("text").asText());
          assertThat(result.getGeneratedTokens()).isEqualTo(reference.get("generated_ids").size());
          List<GroundedPhrase> phrases =
              topics.phrases.stream()
                  .filter(phrase -> phrase.getEventId().equals(scene))
                  .sorted((a, b) -> Integer.compare(a.getOrdinal(), b.getOrdinal()))
                  .toList();
          assertThat(phrases).as(scene).hasSize(reference.get("entities").size());
          assertThat(result.getPhraseCount()).isEqualTo(phrases.size());
          for (int ordinal = 0; ordinal < phrases.size(); ordinal++) {
            checkPhrase(phrases.get(ordinal), ordinal, result, reference);
          }
        });
    assertThat(requireNonNull(byEvent.get("linked")).getRequests().get(0).getCaption())
        .isEqualTo(requireNonNull(captions.get("scene-003.jpg")).get("caption").asText());
  }

  private static void checkPhrase(
      GroundedPhrase phrase, int ordinal, RequestResult result, JsonNode reference) {
    JsonNode entity = reference.get("entities").get(ordinal);
    assertThat(phrase.getOrdinal()).isEqualTo(ordinal);
    assertThat(phrase.getRequestId()).isEqualTo(result.getRequestId());
    assertThat(phrase.getPhraseId())
        .isEqualTo(Ids.phraseId(phrase.getImageId(), phrase.getRequestId(), ordinal));
    assertThat(phrase.getPhrase()).isEqualTo(entity.get(0).asText());
    assertThat(phrase.getStart()).isEqualTo(entity.get(1).get(0).asInt());
    assertThat(phrase.getEnd()).isEqualTo(entity.get(1).get(1).asInt());
    GroundedBox box = phrase.getBoxes().get(0);
    assertThat(List.of(box.getXMin(), box.getYMin(), box.getXMax(), box.getYMax()))
        .isEqualTo(
            List.of(
                entity.get(2).get(0).get(0).asDouble(),
                entity.get(2).get(0).get(1).asDouble(),
                entity.get(2).get(0).get(2).asDouble(),
                entity.get(2).get(0).get(3).asDouble()));
    assertThat(box.getSource()).isEqualTo("generated");
    assertThat(box.getConfidence()).isBetween(0.0, 1.0);
    assertThat(phrase.getModelRevision()).startsWith("sha256:");
    assertThat(phrase.getModelDtype()).isEqualTo("float32");
  }

  private static void checkBad(JobTopics topics, List<Bad> bad) {
    assertThat(topics.deadLetters)
        .extracting(letter -> letter.getStage() + " " + letter.getCode())
        .containsExactlyInAnyOrderElementsOf(
            bad.stream().map(one -> one.stage() + " " + one.code()).toList());
    for (Bad one : bad) {
      List<DeadLetter> letters =
          topics.deadLetters.stream().filter(letter -> isOf(letter, one)).toList();
      assertThat(letters).as(one.key() + " " + one.code()).hasSize(1);
      DeadLetter letter = letters.get(0);
      assertThat(letter.getMessage()).isNotBlank();
      assertThat(letter.getOrigin().getSystem()).isEqualTo("kafka");
      assertThat(letter.getOrigin().getPosition()).isNotBlank();
      if (one.value() == null || one.value().length > 768 * 1024) {
        assertThat(letter.getOriginalValue()).isNull();
      } else {
        assertThat(letter.getOriginalValue()).isEqualTo(ByteBuffer.wrap(one.value()));
      }
    }
  }

  private static boolean isOf(DeadLetter letter, Bad one) {
    ByteBuffer key = letter.getOriginalKey();
    return letter.getCode().equals(one.code())
        && (one.key() == null
            ? key == null
            : key != null
                && key.equals(ByteBuffer.wrap(one.key().getBytes(StandardCharsets.UTF_8))));
  }

  @Test
  void aFailedRequestLeavesTheOthersOfItsEventAlone() throws Exception {
    try (JobTopics topics = topics("mixed")) {
      submit(topics, registry.url(), Map.of());
      topics.publish(
          event(
              "mixed",
              "scene-000.jpg",
              request("grounded-caption", null),
              request("phrase-grounding", "a mushroom"),
              request("referring-expression", null, new RequestBox(0.11, 0.73, 0.3, 0.95)),
              request("question", "Is there a ball?"),
              request("question", null)));
      topics.readUntil(PATIENCE, () -> topics.images.size() >= 1 && topics.deadLetters.size() >= 1);
      topics.readWhatElseComes();

      assertThat(topics.images).hasSize(1);
      List<RequestResult> results = topics.images.get(0).getRequests();
      assertThat(results)
          .extracting(RequestResult::getTask, RequestResult::getErrorCode)
          .containsExactly(
              tuple("grounded-caption", null),
              tuple("phrase-grounding", null),
              tuple("referring-expression", null),
              tuple("question", null),
              tuple("question", "text-missing"));
      assertThat(results.get(3).getAnswer()).isEqualTo("yes.");
      assertThat(topics.deadLetters).hasSize(1);
      assertThat(topics.deadLetters.get(0).getRequestId()).isEqualTo(results.get(4).getRequestId());
      Map<String, Long> phrasesByRequest =
          topics.phrases.stream()
              .collect(Collectors.groupingBy(GroundedPhrase::getRequestId, Collectors.counting()));
      assertThat(phrasesByRequest)
          .contains(
              entry(results.get(0).getRequestId(), 2L), entry(results.get(1).getRequestId(), 1L));
      assertThat(topics.phrases)
          .filteredOn(phrase -> phrase.getRequestId().equals(results.get(2).getRequestId()))
          .allSatisfy(
              phrase -> {
                assertThat(phrase.getBoxes().get(0).getSource()).isEqualTo("given");
                assertThat(phrase.getBoxes().get(0).getConfidence()).isNull();
              });
    }
  }

  @Test
  void aRegistryThatIsAwayFailsTheJobAndMakesNoDeadLetters() throws Exception {
    try (LocalRegistry doomed =
            LocalRegistry.start(REGISTRY, directory.resolve("doomed-registry"), 0);
        JobTopics topics = JobTopics.create("outage", kafka.bootstrapServers(), doomed.url())) {
      byte[] first = topics.encode(event("first", "scene-000.jpg"));
      JobID job = submit(topics, doomed.url(), Map.of("schema-registry.retry-timeout", "3 s"));
      awaitRunning(job);
      doomed.close();
      topics.publish("first", first);

      JobResult result = flink.result(job);
      assertThat(result.isSuccess()).isFalse();
      assertThat(result.getSerializedThrowable())
          .hasValueSatisfying(
              failure ->
                  assertThat(failure.getFullStringifiedStackTrace())
                      .contains("RegistryUnavailableException"));
      topics.readWhatElseComes();
      assertThat(topics.deadLetters).isEmpty();
      assertThat(topics.images).isEmpty();
    }
  }

  @Test
  void withoutAutomaticRegistrationAMissingSchemaFailsTheJobAtItsStart() throws Exception {
    try (JobTopics topics = topics("unregistered")) {
      JobID job = submit(topics, registry.url(), Map.of("schema-registry.auto-register", "false"));
      JobResult result = flink.result(job);
      assertThat(result.getSerializedThrowable())
          .hasValueSatisfying(
              failure ->
                  assertThat(failure.getFullStringifiedStackTrace())
                      .contains("unregistered-images-value"));
    }
  }

  @Test
  void anOutputTopicThatIsNotThereFailsTheJobAtItsStart() throws Exception {
    try (JobTopics topics = topics("topicless")) {
      JobID job = submit(topics, registry.url(), Map.of("kafka.topics.phrases", "nowhere"));
      assertThat(flink.result(job).getSerializedThrowable())
          .hasValueSatisfying(
              failure ->
                  assertThat(failure.getFullStringifiedStackTrace())
                      .contains("kafka.topics.phrases: nowhere (expected: a topic that exists"));
    }
  }

  @Test
  void atLeastOnceShowsResultsBeforeTheCheckpoint() throws Exception {
    try (JobTopics topics = topics("early")) {
      submit(
          topics,
          registry.url(),
          Map.of("kafka.delivery-guarantee", "at-least-once", "job.checkpoint-interval", "10 min"));
      topics.publish(event("early", "scene-001.jpg"));
      topics.readUntil(PATIENCE, () -> !topics.images.isEmpty() && !topics.phrases.isEmpty());
      assertThat(topics.images.get(0).getRequests().get(0).getCaption())
          .isEqualTo("An image of a tulip.");
    }
  }

  private static void awaitRunning(JobID job) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!flink.isRunning(job)) {
      assertThat(System.nanoTime()).as("the job is not running in time").isLessThan(deadline);
      LockSupport.parkNanos(20_000_000);
    }
  }
}
