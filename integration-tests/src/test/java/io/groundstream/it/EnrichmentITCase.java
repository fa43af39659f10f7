package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.RequestBox;
import io.groundstream.avro.RequestResult;
import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.jobs.cli.LocalPorts;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import io.groundstream.operators.output.TopicLimits;
import io.groundstream.schemas.Ids;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the enrichment job with a real broker and a real registry: every event ends as its records
 * or as a dead letter with a stable code, and the job continues.
 */
@Timeout(180)
final class EnrichmentITCase {
  private static final Path CHECKPOINT = Path.of("..", "model-serving", "demo-checkpoint");
  private static final String BRIEF = "<grounding> An image of";
  private static final int SCENE_COUNT = 24;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The places at which an enrichment job has metrics. */
  private static final List<MetricPlace> ENRICHMENT =
      List.of(MetricPlace.GROUNDING, MetricPlace.PICTURES, MetricPlace.ENGINE, MetricPlace.MODEL);

  /** Two slots for the job of each test; the jobs run until the end. */
  private static final int SLOTS = 10;

  @TempDir static Path directory;

  private static TestBroker kafka;
  private static TestRegistry registry;
  private static LocalFlink flink;
  private static int metricsPort;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestBroker.start(directory.resolve("kafka"));
    registry = TestRegistry.start(directory.resolve("registry"));
    metricsPort = LocalPorts.choose("metrics", 0);
    flink = LocalFlink.start(directory.resolve("flink"), SLOTS, 0, Scrape.reporter(metricsPort));
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
    return flink.submit(EnrichmentJob.define(settings(topics, registryUrl, more)));
  }

  private static EnrichmentSettings settings(
      JobTopics topics, String registryUrl, Map<String, String> more) throws Exception {
    Map<String, String> values = new HashMap<>(topics.configuration());
    values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    values.put("schema-registry.url", registryUrl);
    values.put("model.checkpoint", CHECKPOINT.toAbsolutePath().toString());
    values.put("model.device", "cpu");
    values.put("model.dtype", "float32");
    values.put("job.parallelism", "2");
    values.put("job.checkpoint-interval", "500 ms");
    values.put("flink.restart-strategy.type", "none");
    values.putAll(more);
    return EnrichmentSettings.parse(values);
  }

  @Test
  void everyEventEndsAsItsRecordsOrAsADeadLetter() throws Exception {
    ReferenceAnswers reference = ReferenceAnswers.read();
    Path root = Files.createDirectories(directory.resolve("images"));
    Path linked = Files.copy(Events.SCENES.resolve("scene-003.jpg"), root.resolve("linked.jpg"));
    try (JobTopics topics = topics("all")) {
      JobID job =
          submit(
              topics,
              registry.url(),
              Map.of("fetch.allowed-roots", root.toAbsolutePath().toString()));
      BadEvents bad = BadEvents.encode(topics, root);
      // Alternately, so that valid and invalid events are in flight at the same time.
      for (int i = 0; i < Math.max(SCENE_COUNT, bad.count()); i++) {
        if (i < SCENE_COUNT) {
          topics.publish(Events.event(scene(i), scene(i)));
        }
        if (i < bad.count()) {
          bad.publish(i);
        }
      }
      topics.publish(
          ImageEvent.newBuilder()
              .setEventId("linked")
              .setImageUri(linked.toUri().toString())
              .build());
      topics.readUntil(
          PATIENCE,
          () ->
              topics.images.size() >= SCENE_COUNT + 1
                  && topics.imagesAreWhole()
                  && topics.deadLetters.size() >= bad.count());
      topics.readWhatElseComes();

      assertThat(flink.status(job)).isEqualTo(JobStatus.RUNNING);
      checkGood(topics, reference);
      bad.check(topics.deadLetters);
      checkMetrics(Scrape.of(metricsPort, job), topics);
      checkMonitoring(Scrape.of(metricsPort));
    }
  }

  /** Checks that the metrics of dashboard and alert rules exist, except those of other jobs. */
  private static void checkMonitoring(Scrape scrape) throws Exception {
    Set<String> elsewhere =
        Arrays.stream(Metric.values())
            .filter(metric -> !ENRICHMENT.contains(metric.place()))
            .map(Metric::prometheusName)
            .collect(Collectors.toSet());
    Set<String> labels =
        scrape.samples().stream()
            .flatMap(sample -> sample.labels().keySet().stream())
            .collect(Collectors.toSet());
    for (String expression : MonitoringFiles.expressions().values()) {
      Set<String> names = MonitoringFiles.metrics(expression);
      names.removeAll(elsewhere);
      assertThat(scrape.names()).as(expression).containsAll(names);
      assertThat(labels).as(expression).containsAll(MonitoringFiles.labels(expression));
    }
  }

  /** Checks that the metrics for Prometheus equal the job's results. */
  private static void checkMetrics(Scrape scrape, JobTopics topics) {
    // Only archives cause notes.
    scrape.checkComplete(Set.of(Metric.NOTES_BY_CODE), ENRICHMENT.toArray(new MetricPlace[0]));
    assertThat(scrape.sum(Metric.IMAGES)).isEqualTo(topics.images.size());
    assertThat(scrape.sum(Metric.PHRASES)).isEqualTo(topics.phrases.size());
    assertThat(scrape.sum(Metric.DEAD_LETTERS)).isEqualTo(topics.deadLetters.size());
    Map<String, Double> codes = new HashMap<>();
    for (Scrape.Sample sample : scrape.of(Metric.DEAD_LETTERS_BY_CODE)) {
      codes.merge(String.valueOf(sample.labels().get("code")), sample.value(), Double::sum);
    }
    assertThat(codes)
        .isEqualTo(
            topics.deadLetters.stream()
                .collect(
                    Collectors.groupingBy(
                        DeadLetter::getCode, Collectors.summingDouble(any -> 1))));
    assertThat(scrape.sum(Metric.EVENTS_IN_FLIGHT)).isZero();
    assertThat(scrape.count(Metric.EVENT_LATENCY)).isEqualTo(scrape.sum(Metric.EVENTS));
    assertThat(scrape.count(Metric.END_TO_END_LATENCY)).isEqualTo(scrape.sum(Metric.EVENTS));
    assertThat(scrape.count(Metric.FETCH_LATENCY)).isPositive();
    // An image that occurs again within fetch.reuse-window is not decoded again.
    assertThat(scrape.count(Metric.IMAGE_DECODE_LATENCY)).isGreaterThanOrEqualTo(SCENE_COUNT);
    // Both subtasks report the metrics of the engine that they share.
    List<Scrape.Sample> answered = scrape.of(Metric.ANSWERED);
    assertThat(answered)
        .hasSize(2)
        .allSatisfy(sample -> assertThat(sample.value()).isGreaterThan(SCENE_COUNT));
    assertThat(scrape.of(Metric.TOKENS_PER_SECOND))
        .allSatisfy(sample -> assertThat(sample.value()).isPositive());
    assertThat(scrape.of(Metric.BATCH_OCCUPANCY))
        .allSatisfy(sample -> assertThat(sample.value()).isBetween(0.01, 1.0));
    assertThat(scrape.of(Metric.DECODE_STEP_LATENCY))
        .isNotEmpty()
        .allSatisfy(sample -> assertThat(sample.value()).isBetween(0.01, 10_000.0));
    GroundedImage image = topics.images.get(0);
    assertThat(scrape.of(Metric.MODEL_INFO))
        .allSatisfy(
            sample ->
                assertThat(sample.labels())
                    .contains(
                        entry("model", image.getModelName()),
                        entry("revision", image.getModelRevision()),
                        entry("dtype", "float32"),
                        entry("device", "cpu")));
  }

  private static String scene(int index) {
    return "scene-%03d.jpg".formatted(index);
  }

  private static void checkGood(JobTopics topics, ReferenceAnswers reference) {
    Map<String, GroundedImage> byEvent =
        topics.images.stream()
            .filter(image -> image.getRequests().get(0).getErrorCode() == null)
            .collect(Collectors.toMap(GroundedImage::getEventId, image -> image));
    for (int i = 0; i < SCENE_COUNT; i++) {
      check(topics, byEvent.get(scene(i)), scene(i), reference.of(scene(i), BRIEF));
    }
    check(topics, byEvent.get("linked"), "linked", reference.of("scene-003.jpg", BRIEF));
  }

  private static void check(
      JobTopics topics,
      @Nullable GroundedImage image,
      String event,
      ReferenceAnswers.Answer reference) {
    assertThat(image).as(event).isNotNull();
    assertThat(image.getWidth()).isEqualTo(448);
    RequestResult result = image.getRequests().get(0);
    assertThat(result.getCaption()).isEqualTo(reference.caption());
    List<GroundedPhrase> phrases =
        topics.phrases.stream()
            .filter(phrase -> phrase.getEventId().equals(event))
            .sorted(Comparator.comparing(GroundedPhrase::getOrdinal))
            .toList();
    assertThat(phrases).as(event).hasSameSizeAs(reference.phrases());
    assertThat(result.getPhraseCount()).isEqualTo(phrases.size());
    for (int ordinal = 0; ordinal < phrases.size(); ordinal++) {
      check(phrases.get(ordinal), ordinal, result, reference.phrases().get(ordinal));
    }
  }

  private static void check(
      GroundedPhrase phrase,
      int ordinal,
      RequestResult result,
      ReferenceAnswers.NamedBoxes reference) {
    assertThat(phrase.getOrdinal()).isEqualTo(ordinal);
    assertThat(phrase.getRequestId()).isEqualTo(result.getRequestId());
    assertThat(phrase.getPhraseId())
        .isEqualTo(Ids.phraseId(phrase.getImageId(), phrase.getRequestId(), ordinal));
    assertThat(phrase.getPhrase()).isEqualTo(reference.phrase());
    assertThat(phrase.getStart()).isEqualTo(reference.start());
    assertThat(phrase.getEnd()).isEqualTo(reference.end());
    GroundedBox box = phrase.getBoxes().get(0);
    assertThat(List.of(box.getXMin(), box.getYMin(), box.getXMax(), box.getYMax()))
        .isEqualTo(reference.boxes().get(0));
    assertThat(box.getSource()).isEqualTo("generated");
    assertThat(box.getConfidence()).isBetween(0.0, 1.0);
    assertThat(phrase.getModelRevision()).startsWith("sha256:");
    assertThat(phrase.getModelDtype()).isEqualTo("float32");
  }

  @Test
  void aFailedRequestLeavesTheOthersOfItsEventAlone() throws Exception {
    try (JobTopics topics = topics("mixed")) {
      submit(topics, registry.url(), Map.of());
      topics.publish(
          Events.event(
              "mixed",
              "scene-000.jpg",
              Events.request("grounded-caption", null),
              Events.request("phrase-grounding", "a mushroom"),
              Events.request(
                  "referring-expression", null, new RequestBox(0.11, 0.73, 0.3, 0.95, null)),
              Events.request("question", "Is there a ball?"),
              Events.request("question", null)));
      topics.readUntil(
          PATIENCE,
          () ->
              topics.images.size() >= 1
                  && topics.imagesAreWhole()
                  && topics.deadLetters.size() >= 1);
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
    try (TestRegistry doomed = TestRegistry.start(directory.resolve("doomed-registry"));
        JobTopics topics = JobTopics.create("outage", kafka.bootstrapServers(), doomed.url())) {
      byte[] first = topics.encode(Events.event("first", "scene-000.jpg"));
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

  @ParameterizedTest
  @ValueSource(strings = {"images", "phrases", "dead-letters"})
  void anOutputTopicThatIsNotThereFailsTheJobAtItsStart(String which) throws Exception {
    String key = "kafka.topics." + which;
    String nowhere = "nowhere-" + which;
    try (JobTopics topics = topics("without-" + which)) {
      JobID job =
          submit(
              topics,
              registry.url(),
              Map.of(key, nowhere, "flink.restart-strategy.type", "exponential-delay"));
      assertThat(flink.result(job).getSerializedThrowable())
          .hasValueSatisfying(
              failure ->
                  assertThat(failure.getFullStringifiedStackTrace())
                      .contains(key + ": " + nowhere + " (expected: a topic that exists"));
    }
  }

  /** Commands check this before they start a job, whose sink would fail repeatedly. */
  @Test
  void transactionsThatTheBrokersRefuseAreToldBeforeTheJobStarts() throws Exception {
    try (JobTopics topics = topics("long-transactions")) {
      EnrichmentSettings refused =
          settings(topics, registry.url(), Map.of("kafka.transaction-timeout", "3 h"));
      EnrichmentSettings allowed =
          settings(topics, registry.url(), Map.of("kafka.transaction-timeout", "2 h"));

      assertThatThrownBy(() -> TopicLimits.maxRecordBytes(refused.output()))
          .hasMessageContaining(
              "kafka.transaction-timeout: 10800000 ms (expected: <= 7200000 ms, which is"
                  + " transaction.max.timeout.ms of broker 1");
      assertThat(TopicLimits.maxRecordBytes(allowed.output())).isPositive();
    }
  }

  @Test
  void atLeastOnceShowsResultsBeforeTheCheckpoint() throws Exception {
    try (JobTopics topics = topics("early")) {
      submit(
          topics,
          registry.url(),
          Map.of("kafka.delivery-guarantee", "at-least-once", "job.checkpoint-interval", "10 min"));
      topics.publish(Events.event("early", "scene-001.jpg"));
      topics.readUntil(PATIENCE, () -> !topics.images.isEmpty() && topics.imagesAreWhole());
      assertThat(topics.images.get(0).getRequests().get(0).getCaption())
          .isEqualTo("An image of a tulip.");
    }
  }

  private static void awaitRunning(JobID job) throws Exception {
    Eventually.holds(PATIENCE, "every task of the job running", () -> flink.isRunning(job));
  }
}
