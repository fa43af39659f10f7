package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.console.embedded.LocalOpenSearch;
import io.groundstream.jobs.index.IndexJob;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes the savepoint of a release's index job, from which later releases must start. Run only by
 * name, with {@code -Dreleased.version=v1}. The files below {@link #FOLDER} are committed and never
 * changed. {@link ReleasedIndexSavepointITCase} restores all of them.
 */
class ReleasedIndexSavepoint {
  static final Path FOLDER = Path.of("src", "test", "resources", "released-index-savepoints");
  static final String QUESTION = "question";

  private static final Path OPENSEARCH =
      Path.of(System.getProperty(LocalOpenSearch.HOME_PROPERTY, "../jobs/opensearch-node/target"));
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String NAME = "released";

  /** The folder where the savepoint is written, because the savepoint contains its path. */
  private static final Path NEUTRAL = Path.of("/tmp/released-index-savepoint");

  @TempDir private Path folder;

  /**
   * Publishes the records that the job has read before the savepoint: complete images, with one or
   * several requests; an image without some of its phrases; phrases without their image; and a
   * newer, incomplete result behind the one in the document.
   */
  static void publishHistory(GroundedRecords records) {
    records.whole("joined", 1000, GroundedRecords.REQUEST, 2);
    records.whole("joined", 1500, QUESTION, 1);
    records.whole("ünïcode/\"1\"", 1000, GroundedRecords.REQUEST, 1);
    records.image("image-first", 1000, GroundedRecords.REQUEST, 2);
    records.phrase("image-first", 1000, GroundedRecords.REQUEST, 1);
    records.phrase("phrases-first", 1000, GroundedRecords.REQUEST, 0);
    records.phrase("phrases-first", 1000, GroundedRecords.REQUEST, 1);
    records.whole("renewed", 1000, GroundedRecords.REQUEST, 3);
    records.phrase("renewed", 2000, GroundedRecords.REQUEST, 0);
    records.image("renewed", 2000, GroundedRecords.REQUEST, 2);
    records.flush();
  }

  static Map<String, String> values(
      JobTopics topics, String brokers, String registry, LocalOpenSearch node) {
    Map<String, String> values = new HashMap<>(topics.configuration());
    values.put("kafka.bootstrap-servers", brokers);
    values.put("schema-registry.url", registry);
    values.put("index.url", node.url().toString());
    values.put("index.alias", NAME);
    values.put("index.name", NAME + "-v1");
    values.put("job.checkpoint-interval", "500 ms");
    values.put("flink.restart-strategy.type", "none");
    return values;
  }

  /** The topics' names are in the state of the sources, so they must never change. */
  static JobTopics topics(String brokers, String registry) throws Exception {
    return JobTopics.create(NAME, brokers, registry);
  }

  static LocalOpenSearch openSearch(Path folder) throws Exception {
    return LocalOpenSearch.start(OPENSEARCH, folder, 0);
  }

  static String alias() {
    return NAME;
  }

  @Test
  void writes() throws Exception {
    Path target = FOLDER.resolve(System.getProperty("released.version"));
    assertThat(target).as("a released savepoint, which must never change").doesNotExist();
    assertThat(NEUTRAL).as("a folder left by an earlier run").doesNotExist();
    try (TestBroker kafka = TestBroker.start(folder.resolve("kafka"));
        TestRegistry registry = TestRegistry.start(folder.resolve("registry"));
        LocalOpenSearch node = openSearch(folder.resolve("opensearch"));
        LocalFlink flink = LocalFlink.start(folder.resolve("flink"), /* slots= */ 2, 0);
        JobTopics topics = topics(kafka.bootstrapServers(), registry.url());
        GroundedRecords records =
            new GroundedRecords(topics, kafka.bootstrapServers(), registry.url())) {
      Map<String, String> values = values(topics, kafka.bootstrapServers(), registry.url(), node);
      values.put("job.parallelism", "2");
      // No document is sent before the savepoint, so all are in the sink's state.
      values.put("index.bulk.max-wait", "1 h");
      // All state goes into one file.
      values.put("flink.execution.checkpointing.data-inline-threshold", "1 mb");
      publishHistory(records);
      JobID job = flink.submit(IndexJob.define(IndexJob.settings(values)));
      Eventually.holds(
          PATIENCE, "all records read", () -> isRead(kafka.bootstrapServers(), topics));
      Path savepoint = stop(flink.page(), job);
      assertThat(new SearchIndex(node.url()).documents(NAME)).isEmpty();
      Files.createDirectories(target);
      try (Stream<Path> files = Files.list(savepoint)) {
        for (Path file : files.toList()) {
          Files.move(file, target.resolve(file.getFileName()));
        }
      }
      Files.delete(savepoint);
      Files.delete(NEUTRAL);
    }
  }

  /** Returns whether a checkpoint contains that both topics were read to their ends. */
  private static boolean isRead(String brokers, JobTopics topics) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", brokers))) {
      Map<TopicPartition, OffsetAndMetadata> read =
          admin.listConsumerGroupOffsets(NAME).partitionsToOffsetAndMetadata().get();
      Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
      for (String topic : List.of(topics.images(), topics.phrases())) {
        wanted.put(new TopicPartition(topic, 0), OffsetSpec.latest());
        wanted.put(new TopicPartition(topic, 1), OffsetSpec.latest());
      }
      Map<TopicPartition, ListOffsetsResultInfo> ends = admin.listOffsets(wanted).all().get();
      return ends.entrySet().stream()
          .allMatch(
              end -> {
                OffsetAndMetadata offset = read.get(end.getKey());
                long position = offset == null ? 0 : offset.offset();
                return position == end.getValue().offset();
              });
    }
  }

  private static Path stop(URI page, JobID job) throws Exception {
    SearchIndex rest = new SearchIndex(page);
    JsonNode request =
        rest.ask(
            "POST",
            "/jobs/" + job + "/stop",
            "{\"drain\":false,\"targetDirectory\":\"" + NEUTRAL.toUri() + "\"}");
    String status = "/jobs/" + job + "/savepoints/" + request.path("request-id").asText();
    Eventually.holds(
        PATIENCE,
        "a savepoint",
        () -> rest.ask("GET", status, null).at("/status/id").asText().equals("COMPLETED"));
    JsonNode answer = rest.ask("GET", status, null);
    assertThat(answer.at("/operation/location").asText()).as(answer.toString()).startsWith("file:");
    return Path.of(URI.create(answer.at("/operation/location").asText()));
  }
}
