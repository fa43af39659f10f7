package io.groundstream.it;

import static io.groundstream.it.GroundedRecords.REQUEST;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.console.embedded.LocalOpenSearch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the index job from its jar on a real cluster, with its state in RocksDB, whose task manager
 * is killed and replaced.
 */
class IndexClusterITCase {
  private static final Path OPENSEARCH =
      Path.of(System.getProperty(LocalOpenSearch.HOME_PROPERTY, "../jobs/opensearch-node/target"));
  private static final Path LOGS = Path.of("target", "index-cluster-logs");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String ALIAS = "from-jar";

  @TempDir private Path folder;

  @Test
  @Timeout(300)
  void aKilledTaskManagerLosesNoDocument() throws Exception {
    try (FlinkCluster cluster = FlinkCluster.start(folder.resolve("conf"), LOGS, /* slots= */ 2)) {
      FlinkProcess worker = cluster.startTaskManager();
      try (TestBroker kafka = TestBroker.start(folder.resolve("kafka"));
          TestRegistry registry = TestRegistry.start(folder.resolve("registry"));
          LocalOpenSearch node =
              LocalOpenSearch.start(OPENSEARCH, folder.resolve("opensearch"), 0);
          JobTopics topics = JobTopics.create("jar", kafka.bootstrapServers(), registry.url());
          GroundedRecords records =
              new GroundedRecords(topics, kafka.bootstrapServers(), registry.url())) {
        SearchIndex index = new SearchIndex(node.url());
        Map<String, String> values = new TreeMap<>(topics.configuration());
        values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
        values.put("schema-registry.url", registry.url());
        values.put("index.url", node.url().toString());
        values.put("index.alias", ALIAS);
        values.put("index.name", ALIAS + "-v1");
        values.put("job.parallelism", "2");
        values.put("job.checkpoint-interval", "500 ms");
        // RocksDB iterates over state in a different order than the heap.
        values.put("flink.state.backend.type", "rocksdb");
        values.put("flink.execution.checkpointing.incremental", "true");
        values.put(
            "flink.execution.checkpointing.dir", folder.resolve("checkpoints").toUri().toString());
        Path configuration = folder.resolve("index.yaml");
        FlinkCluster.write(configuration, values);
        for (int i = 0; i < 200; i++) {
          records.whole("before-" + i, 1000, REQUEST, 2);
        }
        records.flush();
        cluster.awaitReady();
        String job = cluster.run(List.of(), List.of("index", "--config", configuration.toString()));
        Eventually.holds(PATIENCE, "200 documents", () -> index.documents(ALIAS).size() == 200);
        // Half of the records of each document arrive before the kill, and half after it.
        for (int i = 0; i < 100; i++) {
          records.phrase("across-" + i, 1000, REQUEST, 0);
        }
        records.flush();
        Thread.sleep(1500);
        worker.kill();
        for (int i = 0; i < 100; i++) {
          records.phrase("across-" + i, 1000, REQUEST, 1);
          records.image("across-" + i, 1000, REQUEST, 2);
        }
        records.flush();
        FlinkProcess replacement = cluster.startTaskManager();
        Eventually.holds(
            PATIENCE,
            "300 whole documents",
            () -> {
              Map<String, JsonNode> documents = index.documents(ALIAS);
              return documents.size() == 300
                  && documents.values().stream()
                      .allMatch(hit -> hit.at("/_source/complete").asBoolean());
            });
        for (JsonNode hit : index.documents(ALIAS).values()) {
          assertThat(hit.at("/_source/entities")).hasSize(2);
        }
        assertThat(cluster.state(job)).isEqualTo("RUNNING");
        assertThat(replacement.isAlive()).isTrue();
      } catch (Throwable e) {
        e.addSuppressed(new AssertionError(cluster.toString()));
        throw e;
      }
    }
  }
}
