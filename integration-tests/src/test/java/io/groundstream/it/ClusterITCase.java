package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.jobs.embedded.LocalKafka;
import io.groundstream.jobs.embedded.LocalRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged job on a cluster of processes, set up and used as {@code deploy/README.md} says:
 * exactly once although its task managers are killed in the midst of their work, and although it is
 * stopped with a savepoint and started from there with another parallelism.
 */
class ClusterITCase {
  private static final Path REGISTRY =
      Path.of(System.getProperty(LocalRegistry.HOME_PROPERTY, "../jobs/target/apicurio-registry"));
  private static final Path CHECKPOINT = Path.of("..", "model-serving", "demo-checkpoint");
  private static final Path LOGS = Path.of("target", "cluster-logs");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int SLOTS = 3;
  private static final int KILLS = 2;

  /** A kill may meet a moment when all that was written is as good as committed; so many never. */
  private static final int MOST_KILLS = 5;

  private static final Duration BETWEEN_EVENTS = Duration.ofMillis(100);

  @TempDir private Path folder;

  @Test
  @Timeout(300)
  void everyEventIsAnsweredOnceHoweverTheJobIsInterrupted() throws Exception {
    try (FlinkCluster cluster = FlinkCluster.start(folder.resolve("conf"), LOGS, SLOTS)) {
      FlinkProcess worker = cluster.startTaskManager();
      List<FlinkProcess> workers = new ArrayList<>(List.of(worker));
      try (LocalKafka kafka = LocalKafka.start(folder.resolve("kafka"), 0);
          LocalRegistry registry = LocalRegistry.start(REGISTRY, folder.resolve("registry"), 0);
          JobTopics topics = JobTopics.create("cluster", kafka.bootstrapServers(), registry.url());
          OpenTransactions transactions =
              new OpenTransactions(kafka.bootstrapServers(), topics.images())) {
        ClusterEvents events = new ClusterEvents(topics);
        Path configuration = configuration(topics, kafka, registry);
        events.publish(12);
        cluster.awaitReady();
        String job = cluster.run(List.of(), arguments(configuration, 2));

        int kills = 0;
        while (kills < KILLS
            || (transactions.recordsOfAllTransactions() == topics.images.size()
                && kills < MOST_KILLS)) {
          events.publish(12);
          int before = topics.images.size();
          topics.readUntil(PATIENCE, () -> topics.images.size() > before);
          killAtWork(worker, events, transactions);
          kills++;
          // The stream does not wait for the job.
          events.publish(6);
          worker = cluster.startTaskManager();
          workers.add(worker);
          topics.readUntil(PATIENCE, events::allAnswered);
        }
        assertThat(transactions.recordsOfAllTransactions())
            .as("image records, with those that the killed task managers left uncommitted")
            .isGreaterThan(topics.images.size());

        Eventually.holds(PATIENCE, () -> "work under way", () -> isAtWork(events, transactions));
        FlinkProcess stop = cluster.startStop(job, folder.resolve("savepoints"));
        while (!stop.endsWithin(BETWEEN_EVENTS)) {
          events.publish(1);
        }
        String savepoint = FlinkCluster.awaitSavepoint(stop);
        assertThat(cluster.state(job)).isEqualTo("FINISHED");
        events.publish(6);
        String restored = cluster.run(List.of("-s", savepoint), arguments(configuration, 3));
        topics.readUntil(PATIENCE, events::allAnswered);
        // Whatever was done twice is visible once nothing is left open.
        Eventually.holds(PATIENCE, () -> "an end of transactions", () -> !transactions.exist());
        topics.readWhatElseComes();

        assertThat(cluster.state(restored)).isEqualTo("RUNNING");
        events.verify();
        for (FlinkProcess each : workers) {
          assertThat(each.log().lines().filter(line -> line.matches(".*Loading .*: 100 %")))
              .as("loads of the model, in %s", each)
              .hasSize(1);
        }
      } catch (Throwable e) {
        e.addSuppressed(new AssertionError(cluster.toString()));
        throw e;
      }
    }
  }

  /** Kills a task manager at a moment when results are written and not committed. */
  private static void killAtWork(
      FlinkProcess worker, ClusterEvents events, OpenTransactions transactions) throws Exception {
    Eventually.holds(
        PATIENCE,
        () -> "an uncommitted result, from " + worker,
        () -> {
          if (!isAtWork(events, transactions)) {
            return false;
          }
          // A moment later they may be committed, but not by a process that stands still.
          worker.freeze();
          if (transactions.exist()) {
            worker.kill();
            return true;
          }
          worker.thaw();
          return false;
        });
  }

  /** Gives the job something to do, and returns whether it is about to commit something. */
  private static boolean isAtWork(ClusterEvents events, OpenTransactions transactions)
      throws Exception {
    events.publish(1);
    return transactions.exist();
  }

  private Path configuration(JobTopics topics, LocalKafka kafka, LocalRegistry registry)
      throws Exception {
    Map<String, String> values = new TreeMap<>(topics.configuration());
    values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    values.put("schema-registry.url", registry.url());
    values.put("model.checkpoint", CHECKPOINT.toAbsolutePath().normalize().toString());
    values.put(
        "flink.execution.checkpointing.dir", folder.resolve("checkpoints").toUri().toString());
    Path file = folder.resolve("enrich.yaml");
    FlinkCluster.write(file, values);
    return file;
  }

  private static List<String> arguments(Path configuration, int parallelism) {
    return List.of(
        "enrich",
        "--config",
        configuration.toString(),
        "-Djob.checkpoint-interval=500 ms",
        "-Djob.parallelism=" + parallelism);
  }
}
