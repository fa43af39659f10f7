package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests the packaged job on a cluster of processes, set up and used as {@code deploy/README.md}
 * describes. Results are exactly once although task managers are killed, during their work and
 * between a checkpoint and the commit of its results, and although the job is stopped with a
 * savepoint and restarted from it with another parallelism. Events arrive throughout.
 */
class ClusterITCase {
  static final Path CHECKPOINT = Path.of("..", "model-serving", "demo-checkpoint");
  private static final Path LOGS = Path.of("target", "cluster-logs");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration BETWEEN_EVENTS = Duration.ofMillis(100);
  private static final String MODEL_LOADED = ".*Loading .*demo-checkpoint: 100 %";

  /** One kill may find no uncommitted records; this many in a row cannot. */
  private static final int MOST_KILLS = 4;

  /**
   * The number of checks of a frozen task manager, because its last requests are still in transit.
   */
  private static final int LOOKS = 4;

  @TempDir private Path folder;

  @Test
  @Timeout(900)
  void everyEventIsAnsweredOnceHoweverTheJobIsInterrupted() throws Exception {
    try (FlinkCluster cluster = FlinkCluster.start(folder.resolve("conf"), LOGS, /* slots= */ 3)) {
      List<FlinkProcess> workers = new ArrayList<>();
      workers.add(cluster.startTaskManager());
      try (TestBroker kafka = TestBroker.start(folder.resolve("kafka"));
          TestRegistry registry = TestRegistry.start(folder.resolve("registry"));
          JobTopics topics = JobTopics.create("cluster", kafka.bootstrapServers(), registry.url());
          Transactions transactions = new Transactions(kafka.bootstrapServers(), topics.images())) {
        ClusterEvents events = new ClusterEvents(topics);
        Path configuration = configuration(topics, kafka, registry);
        events.publish(12);
        cluster.awaitReady();
        String job = cluster.run(List.of(), arguments(configuration, /* parallelism= */ 2));

        do {
          awaitResults(topics, events);
          killWhen(transactions::areOpen, latest(workers), events);
          restart(cluster, workers, topics, events);
        } while (transactions.recordCount() == topics.images.size()
            && workers.size() <= MOST_KILLS);
        assertThat(transactions.recordCount())
            .as("image records, including those that a killed task manager left uncommitted")
            .isGreaterThan(topics.images.size());

        awaitResults(topics, events);
        Path checkpoints = folder.resolve("checkpoints").resolve(job);
        killWhen(
            () -> Checkpoints.isCompleteButUncommitted(checkpoints, transactions),
            latest(workers),
            events);
        restart(cluster, workers, topics, events);

        awaitResults(topics, events);
        FlinkProcess stop = cluster.startStop(job, folder.resolve("savepoints"));
        while (!stop.endsWithin(BETWEEN_EVENTS)) {
          events.publish(1);
        }
        String savepoint = FlinkCluster.awaitSavepoint(stop);
        assertThat(cluster.state(job)).isEqualTo("FINISHED");
        String restored =
            cluster.run(List.of("-s", savepoint), arguments(configuration, /* parallelism= */ 3));
        events.publish(12);
        topics.readUntil(PATIENCE, events::areAnswered);
        // Once no transaction is open, all duplicates are visible.
        Eventually.holds(PATIENCE, "an end of transactions", () -> !transactions.areOpen());
        topics.readWhatElseComes();

        assertThat(cluster.state(restored)).isEqualTo("RUNNING");
        events.verify();
        // One of two subtasks loads it, and the restored job does not load it again.
        for (FlinkProcess worker : workers) {
          assertThat(worker.log().lines().filter(line -> line.matches(MODEL_LOADED)))
              .as("loads of the model in %s", worker)
              .hasSize(1);
        }
      } catch (Throwable e) {
        e.addSuppressed(new AssertionError(cluster.toString()));
        throw e;
      }
    }
  }

  /** Waits until the job has committed results of new events. */
  private static void awaitResults(JobTopics topics, ClusterEvents events) throws Exception {
    events.publish(12);
    int before = topics.images.size();
    topics.readUntil(PATIENCE, () -> topics.images.size() > before);
  }

  /** Sends SIGKILL to a busy task manager while the condition holds. */
  private static void killWhen(
      Callable<Boolean> condition, FlinkProcess worker, ClusterEvents events) throws Exception {
    Eventually.holds(
        PATIENCE,
        "the moment to kill",
        () -> {
          events.publish(1);
          // Without the freeze, the condition would no longer hold when the signal arrives.
          worker.freeze();
          for (int look = 0; look < LOOKS; look++) {
            if (condition.call()) {
              worker.kill();
              return true;
            }
          }
          worker.thaw();
          return false;
        });
  }

  /** Starts another task manager and waits until all events so far are answered. */
  private static void restart(
      FlinkCluster cluster, List<FlinkProcess> workers, JobTopics topics, ClusterEvents events)
      throws Exception {
    events.publish(6);
    workers.add(cluster.startTaskManager());
    topics.readUntil(PATIENCE, events::areAnswered);
  }

  private static FlinkProcess latest(List<FlinkProcess> workers) {
    return workers.get(workers.size() - 1);
  }

  private Path configuration(JobTopics topics, TestBroker kafka, TestRegistry registry)
      throws IOException {
    Map<String, String> values = new TreeMap<>(topics.configuration());
    values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    values.put("schema-registry.url", registry.url());
    values.put("model.checkpoint", CHECKPOINT.toAbsolutePath().normalize().toString());
    values.put("model.dtype", "float32");
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
