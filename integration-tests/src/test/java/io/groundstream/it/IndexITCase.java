package io.groundstream.it;

import static io.groundstream.it.GroundedRecords.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.avro.DeadLetter;
import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.console.embedded.LocalOpenSearch;
import io.groundstream.it.FaultyProxy.Fault;
import io.groundstream.jobs.cli.LocalPorts;
import io.groundstream.jobs.enrich.FailureReasons;
import io.groundstream.jobs.index.IndexJob;
import io.groundstream.operators.index.IndexSettings;
import io.groundstream.operators.index.IndexSetup;
import io.groundstream.operators.index.IndexSetupException;
import io.groundstream.operators.index.IndexUnavailableException;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tests the index job with a real broker, registry and OpenSearch node. */
@Timeout(300)
class IndexITCase {
  private static final Path OPENSEARCH =
      Path.of(System.getProperty(LocalOpenSearch.HOME_PROPERTY, "../jobs/opensearch-node/target"));
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int IMAGES = 300;

  /** Enough slots that a job left by a failed test does not block the other tests. */
  private static final int SLOTS = 12;

  @TempDir private static Path directory;

  private static TestBroker kafka;
  private static TestRegistry registry;
  private static LocalOpenSearch node;
  private static LocalFlink flink;
  private static int metricsPort;
  private static SearchIndex index;
  private static FaultyProxy proxy;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestBroker.start(directory.resolve("kafka"));
    registry = TestRegistry.start(directory.resolve("registry"));
    node = LocalOpenSearch.start(OPENSEARCH, directory.resolve("opensearch"), 0);
    metricsPort = LocalPorts.choose("metrics", 0);
    flink = LocalFlink.start(directory.resolve("flink"), SLOTS, 0, Scrape.reporter(metricsPort));
    index = new SearchIndex(node.url());
    proxy = new FaultyProxy(node.url());
  }

  @AfterAll
  static void stop() throws Exception {
    proxy.close();
    flink.close();
    node.close();
    registry.close();
    kafka.close();
  }

  private static Map<String, String> values(String name, Map<String, String> more) {
    Map<String, String> values = new HashMap<>();
    values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    values.put("schema-registry.url", registry.url());
    values.put("index.url", proxy.url());
    values.put("index.alias", name);
    values.put("index.name", name + "-v1");
    values.put("index.bulk.max-documents", "20");
    values.put("index.bulk.max-wait", "50 ms");
    values.put("job.parallelism", "2");
    values.put("job.checkpoint-interval", "300 ms");
    values.put("flink.restart-strategy.type", "none");
    values.putAll(more);
    return values;
  }

  private static JobID submit(JobTopics topics, String name, Map<String, String> more)
      throws Exception {
    Map<String, String> values = values(name, more);
    topics.configuration().forEach(values::putIfAbsent);
    return flink.submit(IndexJob.define(IndexJob.settings(values)));
  }

  private static JobTopics topics(String name) throws Exception {
    return JobTopics.create(name, kafka.bootstrapServers(), registry.url());
  }

  private static GroundedRecords records(JobTopics topics) throws Exception {
    return new GroundedRecords(topics, kafka.bootstrapServers(), registry.url());
  }

  private static void awaitDocuments(String name, int count, long version) throws Exception {
    Eventually.holds(
        PATIENCE,
        count + " documents in " + name + " with processing time " + version,
        () -> {
          Map<String, JsonNode> documents = index.documents(name);
          return documents.size() == count
              && documents.values().stream()
                  .allMatch(hit -> hit.path("_version").asLong() >> 12 == version);
        });
  }

  private static void cancel(JobID job) throws Exception {
    flink.cancel(job);
  }

  @Test
  void aLookChangesNothingAndTellsWhatWouldRefuseTheDocuments() throws Exception {
    IndexSettings settings = IndexJob.settings(values("looked-at", Map.of()));
    assertThat(IndexSetup.look(settings)).contains("looked-at-v1 are missing, and will be created");
    assertThat(IndexSetup.look(settings)).contains("are missing");
    IndexSettings strict = IndexJob.settings(values("looked-at", Map.of("index.create", "false")));
    assertThatExceptionOfType(IndexSetupException.class)
        .isThrownBy(() -> IndexSetup.look(strict))
        .withMessageContaining("index.alias: looked-at is missing");

    IndexSetup.prepare(settings);
    assertThat(IndexSetup.look(strict)).contains("points to an index that accepts the documents");
    IndexSettings inTheWay =
        IndexJob.settings(values("looked-at-v1", Map.of("index.name", "looked-at-v2")));
    assertThatExceptionOfType(IndexSetupException.class)
        .isThrownBy(() -> IndexSetup.look(inTheWay))
        .withMessageContaining("looked-at-v1 is an index");
  }

  /**
   * Nothing is lost if bulk requests are rejected in whole or in part, or cut off before or after
   * the write.
   */
  @Test
  void badTreatmentLosesAndDoublesNothing() throws Exception {
    String name = "treated";
    try (JobTopics topics = topics(name);
        GroundedRecords records = records(topics)) {
      topics.readDeadLettersOnly();
      proxy.treat(
          Fault.TOO_MANY_REQUESTS,
          Fault.HALF,
          Fault.NONE,
          Fault.CUT_AFTER,
          Fault.UNAVAILABLE,
          Fault.NONE,
          Fault.CUT_BEFORE,
          Fault.NONE);
      JobID job = submit(topics, name, Map.of());
      for (int i = 0; i < IMAGES; i++) {
        records.whole("image-" + i, 1000, REQUEST, 3);
      }
      records.garbage();
      records.flush();
      awaitDocuments(name, IMAGES, 1000);
      // A newer revision has one phrase less: the third must disappear, and a late old phrase
      // changes nothing.
      for (int i = 0; i < IMAGES; i++) {
        records.whole("image-" + i, 2000, REQUEST, 2);
        records.whole("image-" + i, 500, REQUEST, 4);
        records.whole("image-" + i, 1500, "question", 1);
      }
      records.flush();
      Eventually.holds(
          PATIENCE,
          "two requests in each document",
          () ->
              index.documents(name).values().stream()
                  .allMatch(hit -> hit.at("/_source/requests").size() == 2));
      awaitDocuments(name, IMAGES, 2000);
      topics.readUntil(PATIENCE, () -> !topics.deadLetters.isEmpty());
      topics.readWhatElseComes();

      assertThat(topics.deadLetters).extracting(DeadLetter::getCode).containsExactly("bad-magic");
      for (JsonNode hit : index.documents(name).values()) {
        checkDocument(hit.path("_source"));
      }
      assertThat(proxy.faults()).isGreaterThan(5);
      assertThat(flink.status(job)).isEqualTo(JobStatus.RUNNING);
      cancel(job);
    } finally {
      proxy.treat(Fault.NONE);
    }
  }

  private static void checkDocument(JsonNode document) {
    assertThat(document.path("attributes").path("camera").asText()).isEqualTo("north gate");
    assertThat(document.path("model_revision").asText()).isEqualTo("revision-2000");
    assertThat(document.path("complete").asBoolean()).isTrue();
    assertThat(document.path("entities")).hasSize(3);
    assertThat(document.path("entities"))
        .extracting(entity -> entity.path("phrase").asText())
        .containsExactlyInAnyOrder(
            "The thing 0 of 2000", "The thing 1 of 2000", "The thing 0 of 1500");
    assertThat(document.path("entities").path(0).path("normalised").asText())
        .isEqualTo("thing 0 of 2000");
    // Relations exist only within one request, in both directions.
    assertThat(document.path("pairs"))
        .extracting(pair -> pair.at("/subject/entity") + pair.path("relations").toString())
        .containsExactly("0[\"left-of\",\"near\"]", "1[\"right-of\",\"near\"]");
  }

  /** A permanent rejection is reported once, although the job fails and restarts after it. */
  @Test
  void refusedDocumentsBecomeOneDeadLetterEachOverFailures() throws Exception {
    String name = "refused";
    try (JobTopics topics = topics(name);
        GroundedRecords records = records(topics)) {
      topics.readDeadLettersOnly();
      proxy.treat(Fault.NONE);
      JobID job =
          submit(
              topics,
              name,
              Map.of(
                  "index.retry-timeout", "300 ms",
                  "index.bulk.max-size", "64 kb",
                  "flink.restart-strategy.type", "fixed-delay",
                  "flink.restart-strategy.fixed-delay.attempts", "1000",
                  "flink.restart-strategy.fixed-delay.delay", "100 ms"));
      for (int i = 0; i < IMAGES; i++) {
        records.whole("good-" + i, 1000, REQUEST, 1);
        if (i % 50 == 0) {
          // JSON has no such number.
          records.phrase("bad-" + i, 1000, REQUEST, 0, Double.NaN);
          records.image("bad-" + i, 1000, REQUEST, 1);
          records.image("large-" + i, 1000, REQUEST, 0, "long ".repeat(20_000));
        }
        if (i % 100 == 10) {
          // Longer than index.retry-timeout: the job fails and restarts.
          proxy.treat(Fault.UNAVAILABLE);
        } else if (i % 100 == 60) {
          records.flush();
          Thread.sleep(1500);
          proxy.treat(Fault.NONE);
        }
      }
      records.flush();
      awaitDocuments(name, IMAGES, 1000);
      topics.readUntil(PATIENCE, () -> topics.deadLetters.size() >= 12);
      topics.readWhatElseComes();

      assertThat(topics.deadLetters).hasSize(12);
      assertThat(topics.deadLetters)
          .extracting(
              letter -> letter.getImageId() + " " + letter.getStage() + " " + letter.getCode())
          .doesNotHaveDuplicates()
          .contains("bad-0 index document-refused", "large-250 index document-too-large");
      assertThat(
              topics.deadLetters.stream().filter(letter -> letter.getImageId().startsWith("bad")))
          .hasSize(6)
          .allSatisfy(
              letter -> assertThat(letter.getMessage()).contains("mapper_parsing_exception"));
      assertThat(restarts(job)).isPositive();

      // Counters start at zero with every restart; these records arrive after the last restart.
      records.phrase("bad-last", 1000, REQUEST, 0, Double.NaN);
      records.image("bad-last", 1000, REQUEST, 1);
      records.flush();
      topics.readUntil(PATIENCE, () -> topics.deadLetters.size() >= 13);
      Scrape scrape = Scrape.of(metricsPort, job);
      scrape.checkComplete(MetricPlace.INDEX_JOIN, MetricPlace.INDEX_SINK);
      assertThat(scrape.sum(Metric.REFUSED_BY_CODE)).isEqualTo(scrape.sum(Metric.REFUSED));
      assertThat(scrape.of(Metric.REFUSED_BY_CODE))
          .anySatisfy(
              sample -> {
                assertThat(sample.labels()).containsEntry("code", "document-refused");
                assertThat(sample.value()).isPositive();
              });
      assertThat(scrape.count(Metric.BULK_LATENCY)).isPositive();
      cancel(job);
    } finally {
      proxy.treat(Fault.NONE);
    }
  }

  private static int restarts(JobID job) throws Exception {
    return flink.restarts(job);
  }

  @Test
  void whatIsIncompleteIsShownAndWhatIsLostIsTold() throws Exception {
    String name = "incomplete";
    try (JobTopics topics = topics(name);
        GroundedRecords records = records(topics)) {
      topics.readDeadLettersOnly();
      proxy.treat(Fault.NONE);
      JobID job =
          submit(
              topics,
              name,
              Map.of("index.incomplete-timeout", "1 s", "index.orphan-timeout", "2 s"));
      records.image("one", 1000, REQUEST, 2);
      records.phrase("one", 1000, REQUEST, 1);
      records.phrase("orphan", 1000, REQUEST, 0);
      records.flush();
      awaitDocuments(name, 1, 1000);
      JsonNode partial = index.document(name, "one");
      assertThat(partial.at("/_source/complete").asBoolean()).isFalse();
      assertThat(partial.at("/_source/entities")).hasSize(1);
      records.phrase("one", 1000, REQUEST, 0);
      records.flush();
      Eventually.holds(
          PATIENCE,
          "a complete document",
          () -> index.document(name, "one").at("/_source/complete").asBoolean());
      topics.readUntil(PATIENCE, () -> !topics.deadLetters.isEmpty());
      assertThat(topics.deadLetters)
          .extracting(letter -> letter.getImageId() + " " + letter.getCode())
          .containsExactly("orphan image-record-missing");
      cancel(job);
    }
  }

  /** The job waits for an index in a bad state, and fails if that state lasts. */
  @Test
  void anIndexThatIsClosedOrGoneWhileTheJobRuns() throws Exception {
    String name = "troubled";
    try (JobTopics topics = topics(name);
        GroundedRecords records = records(topics)) {
      topics.readDeadLettersOnly();
      proxy.treat(Fault.NONE);
      JobID job = submit(topics, name, Map.of("index.retry-timeout", "4 s"));
      records.whole("before", 1000, REQUEST, 1);
      records.flush();
      awaitDocuments(name, 1, 1000);
      for (String trouble : List.of("block", "close")) {
        JsonNode unused =
            trouble.equals("close")
                ? index.must("POST", "/troubled-v1/_close", null)
                : index.must("PUT", "/troubled-v1/_settings", "{\"index.blocks.read_only\":true}");
        records.whole("during-" + trouble, 1000, REQUEST, 1);
        records.flush();
        Thread.sleep(1000);
        assertThat(flink.status(job)).isEqualTo(JobStatus.RUNNING);
        unused =
            trouble.equals("close")
                ? index.must("POST", "/troubled-v1/_open", null)
                : index.must("PUT", "/troubled-v1/_settings", "{\"index.blocks.read_only\":null}");
      }
      awaitDocuments(name, 3, 1000);

      JsonNode unused = index.must("DELETE", "/troubled-v1", null);
      records.whole("after", 1000, REQUEST, 1);
      records.flush();
      Throwable failure = flink.result(job).getSerializedThrowable().orElseThrow();
      assertThat(FailureReasons.of(failure))
          .contains("index troubled at " + proxy.url(), "accepted none of 1 documents for 4 s")
          .contains("expected: an alias with an index");
      // The index was not created automatically, and a job without state writes all documents
      // again.
      assertThat(index.ask("GET", "/troubled", null).has("error")).isTrue();
      job = submit(topics, name, Map.of());
      awaitDocuments(name, 4, 1000);
      cancel(job);
    }
  }

  @Test
  void anIndexThatCannotBeUsedIsNamedAtStart() throws Exception {
    assertThatExceptionOfType(IndexSetupException.class)
        .isThrownBy(() -> prepare("absent", Map.of("index.create", "false")))
        .withMessageContaining("index.alias: absent is missing")
        .withMessageContaining("set index.create: true");

    prepare("closed", Map.of());
    prepare("closed", Map.of("index.create", "false"));
    JsonNode unused = index.must("POST", "/closed-v1/_close", null);
    assertThatExceptionOfType(IndexSetupException.class)
        .isThrownBy(() -> prepare("closed", Map.of()))
        .withMessageContaining("index closed-v1")
        .withMessageContaining("POST closed-v1/_open");

    prepare("blocked", Map.of());
    unused =
        index.must(
            "PUT", "/blocked-v1/_settings", "{\"index.blocks.read_only_allow_delete\":true}");
    assertThatExceptionOfType(IndexUnavailableException.class)
        .isThrownBy(() -> prepare("blocked", Map.of()))
        .withMessageContaining("free some, then PUT blocked-v1/_settings");

    unused =
        index.must(
            "PUT",
            "/clash-v1",
            "{\"aliases\":{\"clash\":{}},\"mappings\":{\"properties\":{\"image_id\":{\"type\":"
                + "\"text\"},\"width\":{\"type\":\"integer\"}}}}");
    assertThatExceptionOfType(IndexSetupException.class)
        .isThrownBy(() -> prepare("clash", Map.of()))
        .withMessageContaining("image_id is text (expected: keyword)")
        .withMessageContaining("pairs is missing (expected: nested)")
        .withMessageContaining("set index.name to a new index");

    unused =
        index.must(
            "PUT",
            "/red-v1?wait_for_active_shards=0",
            "{\"aliases\":{\"red\":{}},\"settings\":"
                + "{\"index.routing.allocation.require._name\":\"nobody\"}}");
    assertThatExceptionOfType(IndexUnavailableException.class)
        .isThrownBy(() -> prepare("red", Map.of()))
        .withMessageContaining("index red-v1")
        .withMessageContaining("is red");

    unused = index.must("PUT", "/concrete", "{}");
    assertThatExceptionOfType(IndexSetupException.class)
        .isThrownBy(() -> prepare("concrete", Map.of()))
        .withMessageContaining("concrete is an index")
        .withMessageContaining("expected: an alias");

    assertThatExceptionOfType(IndexUnavailableException.class)
        .isThrownBy(() -> prepare("away", Map.of("index.url", "http://127.0.0.1:9")))
        .withMessageContaining("OpenSearch at http://127.0.0.1:9/ gives no answer");
  }

  /**
   * With a node behind TLS and a password, a wrong certificate or password is reported at start.
   */
  @Test
  void aSecuredIndexIsWrittenTo() throws Exception {
    String name = "secured";
    ServerCertificate certificate = ServerCertificate.create(directory);
    Path password = Files.writeString(directory.resolve("password"), "open sesame\n");
    try (FaultyProxy secured =
            new FaultyProxy(node.url(), certificate.context(), "groundstream", "open sesame");
        JobTopics topics = topics(name);
        GroundedRecords records = records(topics)) {
      Map<String, String> right = new HashMap<>();
      right.put("index.url", secured.url());
      right.put("index.username", "groundstream");
      right.put("index.password-file", password.toString());
      right.put("index.ca-certificates", certificate.pem().toString());

      Map<String, String> stranger = new HashMap<>(right);
      stranger.remove("index.ca-certificates");
      assertThatExceptionOfType(IndexSetupException.class)
          .isThrownBy(() -> prepare(name, stranger))
          .withMessageContaining(secured.url())
          .withMessageContaining("index.ca-certificates");
      Map<String, String> wrong = new HashMap<>(right);
      wrong.remove("index.password-file");
      wrong.put("index.password", "close sesame");
      assertThatExceptionOfType(IndexSetupException.class)
          .isThrownBy(() -> prepare(name, wrong))
          .withMessageContaining("401")
          .withMessageNotContaining("sesame");

      topics.readDeadLettersOnly();
      JobID job = submit(topics, name, right);
      records.whole("behind-tls", 1000, REQUEST, 1);
      records.flush();
      awaitDocuments(name, 1, 1000);
      cancel(job);
    }
  }

  private static void prepare(String name, Map<String, String> more) throws Exception {
    Map<String, String> all = new HashMap<>(Map.of("index.retry-timeout", "200 ms"));
    all.putAll(more);
    IndexSetup.prepare(IndexJob.settings(values(name, all)));
  }

  /** The command as users run it, killed during its work and started again. */
  @Test
  void aKilledProcessLosesAndDoublesNothing() throws Exception {
    String name = "killed";
    try (JobTopics topics = topics(name);
        GroundedRecords records = records(topics)) {
      topics.readDeadLettersOnly();
      proxy.treat(Fault.NONE);
      for (int i = 0; i < IMAGES; i++) {
        records.whole("image-" + i, 1000, REQUEST, 2);
        // Half of the second enrichment's phrases have arrived when the process is killed.
        records.phrase("image-" + i, 2000, REQUEST, 0);
      }
      records.flush();
      Process first = command(topics, name);
      try {
        Eventually.holds(PATIENCE, "a document", () -> !index.documents(name).isEmpty());
      } finally {
        first.destroyForcibly().waitFor();
      }
      for (int i = 0; i < IMAGES; i++) {
        records.image("image-" + i, 2000, REQUEST, 2);
        records.phrase("image-" + i, 2000, REQUEST, 1);
      }
      records.flush();
      Process second = command(topics, name);
      try {
        awaitDocuments(name, IMAGES, 2000);
        for (JsonNode hit : index.documents(name).values()) {
          assertThat(hit.at("/_source/entities"))
              .extracting(entity -> entity.path("phrase").asText())
              .containsExactly("The thing 0 of 2000", "The thing 1 of 2000");
        }
        topics.readWhatElseComes();
        assertThat(topics.deadLetters).isEmpty();

        // More state than checkpoints in memory may hold: a dead letter shows that a checkpoint
        // completed.
        for (int i = 0; i < 80; i++) {
          records.image("heavy-" + i, 3000, REQUEST, 0, "heavy ".repeat(20_000));
        }
        records.flush();
        Eventually.holds(
            PATIENCE,
            "heavy documents",
            () -> index.ask("GET", "/" + name + "/_doc/heavy-79", null).path("found").asBoolean());
        records.garbage();
        records.flush();
        topics.readUntil(PATIENCE, () -> !topics.deadLetters.isEmpty());
        assertThat(topics.deadLetters).extracting(DeadLetter::getCode).containsExactly("bad-magic");
      } finally {
        second.destroyForcibly().waitFor();
      }
    }
  }

  private static Process command(JobTopics topics, String name) throws Exception {
    Map<String, String> values = values(name, topics.configuration());
    List<String> line =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "io.groundstream.console.cli.Console",
                "index"));
    values.forEach((key, value) -> line.add("-D" + key + "=" + value));
    return new ProcessBuilder(line)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve(name + ".log").toFile())
        .start();
  }

  /**
   * Tombstones before, between and after the records that they delete, and records that arrive too
   * late.
   */
  @Test
  void tombstonesDeleteDocumentsAndLateResultsDoNotBringThemBack() throws Exception {
    String name = "deleted";
    try (JobTopics topics = topics(name);
        GroundedRecords records = records(topics)) {
      topics.readDeadLettersOnly();
      proxy.treat(Fault.NONE);
      JobID job = submit(topics, name, Map.of("kafka.tombstones", "delete"));
      records.whole("kept", 1000, REQUEST, 1);
      records.whole("deleted", 1000, REQUEST, 2);
      records.whole("renewed", 1000, REQUEST, 2);
      records.flush();
      awaitDocuments(name, 3, 1000);
      records.tombstone("deleted", 2000);
      records.tombstone("renewed", 2000);
      // A tombstone for an unknown image.
      records.tombstone("unknown", 2000);
      records.whole("deleted", 1500, REQUEST, 1);
      records.whole("deleted", 1800, "question", 1);
      records.whole("renewed", 3000, REQUEST, 1);
      records.whole("mark", 3000, REQUEST, 1);
      records.flush();
      Eventually.holds(
          PATIENCE,
          "three documents",
          () ->
              index.documents(name).keySet().equals(Set.of("kept", "renewed", "mark"))
                  && index.document(name, "renewed").path("_version").asLong() >> 12 == 3000);
      topics.readWhatElseComes();
      assertThat(index.documents(name)).hasSize(3);
      assertThat(topics.deadLetters).isEmpty();
      cancel(job);

      // A job without state reads the same topics, then one that skips tombstones.
      job = submit(topics, name, Map.of("kafka.tombstones", "delete", "kafka.group-id", "anew"));
      records.whole("mark", 4000, REQUEST, 1);
      records.flush();
      Eventually.holds(
          PATIENCE,
          "the mark",
          () -> index.document(name, "mark").path("_version").asLong() >> 12 == 4000);
      Eventually.holds(PATIENCE, "three documents", () -> index.documents(name).size() == 3);
      assertThat(flink.status(job)).isEqualTo(JobStatus.RUNNING);
      assertThat(topics.deadLetters).isEmpty();
      cancel(job);
    }
  }

  /** Documents with the most hostile content that records can have. */
  @Test
  void oddRecordsAreIndexedOrRefusedButNeverStopTheJob() throws Exception {
    String name = "odd";
    try (JobTopics topics = topics(name);
        GroundedRecords records = records(topics)) {
      topics.readDeadLettersOnly();
      proxy.treat(Fault.NONE);
      JobID job = submit(topics, name, Map.of());
      List<String> ids =
          new ArrayList<>(List.of("", "ä/\"\\\n", "sha256:abc", "x".repeat(2000), "_id", "a.b.c"));
      for (String id : ids) {
        records.whole(id, 1000, REQUEST, 1);
      }
      records.whole("far", 1L << 52, REQUEST, 1);
      records.whole("early", -5, REQUEST, 1);
      records.flush();
      Eventually.holds(
          PATIENCE, "all documents", () -> index.documents(name).size() == ids.size() + 2);
      assertThat(index.documents(name).values())
          .extracting(hit -> hit.at("/_source/image_id").asText())
          .containsAll(ids);
      assertThat(flink.status(job)).isEqualTo(JobStatus.RUNNING);
      cancel(job);
    }
  }
}
