package io.groundstream.it;

import static io.groundstream.it.GroundedRecords.REQUEST;
import static io.groundstream.it.ReleasedIndexSavepoint.QUESTION;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.console.embedded.LocalOpenSearch;
import io.groundstream.jobs.index.IndexJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.flink.api.common.JobID;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Tests that the current index job continues from the savepoint of every release: waiting documents
 * are written, incomplete results are completed, and joined results stay in their documents.
 */
final class ReleasedIndexSavepointITCase {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path directory;

  static List<Path> released() throws IOException {
    try (Stream<Path> folders = Files.list(ReleasedIndexSavepoint.FOLDER)) {
      return folders.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("released")
  @Timeout(300)
  void everyReleasesSavepointIsRestored(Path savepoint) throws Exception {
    try (TestBroker kafka = TestBroker.start(directory.resolve("kafka"));
        TestRegistry registry = TestRegistry.start(directory.resolve("registry"));
        LocalOpenSearch node = ReleasedIndexSavepoint.openSearch(directory.resolve("opensearch"));
        LocalFlink flink = LocalFlink.start(directory.resolve("flink"), /* slots= */ 3, 0);
        JobTopics topics = ReleasedIndexSavepoint.topics(kafka.bootstrapServers(), registry.url());
        GroundedRecords records =
            new GroundedRecords(topics, kafka.bootstrapServers(), registry.url())) {
      topics.readDeadLettersOnly();
      // In place of the records that the savepoint's job has read; each would become a dead letter.
      records.onlyGarbage(true);
      ReleasedIndexSavepoint.publishHistory(records);
      records.onlyGarbage(false);
      Map<String, String> values =
          ReleasedIndexSavepoint.values(topics, kafka.bootstrapServers(), registry.url(), node);
      values.put("job.parallelism", "3");
      values.put("index.bulk.max-wait", "50 ms");
      // A plain path, because Flink does not decode a URI's escapes.
      values.put("flink.execution.state-recovery.path", savepoint.toAbsolutePath().toString());
      JobID job = flink.submit(IndexJob.define(IndexJob.settings(values)));
      SearchIndex index = new SearchIndex(node.url());
      String alias = ReleasedIndexSavepoint.alias();
      // These documents waited in the sink.
      Eventually.holds(PATIENCE, "the waiting documents", () -> index.documents(alias).size() == 3);
      assertThat(phrases(index.document(alias, "joined")))
          .containsExactly("The thing 0 of 1000", "The thing 1 of 1000", "The thing 0 of 1500");
      assertThat(phrases(index.document(alias, "renewed"))).hasSize(3);

      records.phrase("image-first", 1000, REQUEST, 0);
      records.image("phrases-first", 1000, REQUEST, 2);
      records.phrase("renewed", 2000, REQUEST, 1);
      records.whole("joined", 2000, QUESTION, 2);
      records.flush();
      Eventually.holds(
          PATIENCE,
          "the completed documents",
          () ->
              index.documents(alias).size() == 5
                  && index.document(alias, "joined").path("_version").asLong() >> 12 == 2000
                  && index.document(alias, "renewed").path("_version").asLong() >> 12 == 2000);
      topics.readWhatElseComes();

      assertThat(index.documents(alias).values())
          .allSatisfy(hit -> assertThat(hit.at("/_source/complete").asBoolean()).isTrue())
          .extracting(hit -> hit.at("/_source/image_id").asText())
          .containsExactlyInAnyOrder(
              "joined", "ünïcode/\"1\"", "image-first", "phrases-first", "renewed");
      assertThat(phrases(index.document(alias, "joined")))
          .containsExactly(
              "The thing 0 of 1000",
              "The thing 1 of 1000",
              "The thing 0 of 2000",
              "The thing 1 of 2000");
      assertThat(phrases(index.document(alias, "image-first"))).hasSize(2);
      assertThat(phrases(index.document(alias, "phrases-first"))).hasSize(2);
      assertThat(phrases(index.document(alias, "renewed")))
          .containsExactly("The thing 0 of 2000", "The thing 1 of 2000");
      assertThat(topics.deadLetters).isEmpty();
      assertThat(flink.isRunning(job)).isTrue();
    }
  }

  private static List<String> phrases(JsonNode hit) {
    return StreamSupport.stream(hit.at("/_source/entities").spliterator(), false)
        .map(entity -> entity.path("phrase").asText())
        .toList();
  }
}
