package io.groundstream.it;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.core.fs.AutoCloseableRegistry;

/**
 * The packaged enrichment job on a session cluster of processes, with a broker, a registry and the
 * topics of one job, to observe a task manager for some time. Not thread-safe.
 */
final class EnrichmentCluster implements AutoCloseable {
  private final Path folder;
  private final FlinkCluster flink;
  private final JobTopics topics;
  private final Map<String, String> values = new TreeMap<>();
  private final AutoCloseableRegistry resources = new AutoCloseableRegistry();

  private EnrichmentCluster(Path folder, Path logs, int slots, Map<String, String> options)
      throws Exception {
    this.folder = folder.toAbsolutePath();
    try {
      Map<String, String> all = new HashMap<>(options);
      // Limits the age of the metrics that the job manager reports.
      all.put("metrics.fetcher.update-interval", "500 ms");
      flink = FlinkCluster.start(folder.resolve("conf"), logs, slots, all);
      resources.registerCloseable(flink);
      TestBroker kafka = TestBroker.start(folder.resolve("kafka"));
      resources.registerCloseable(kafka);
      TestRegistry registry = TestRegistry.start(folder.resolve("registry"));
      resources.registerCloseable(registry);
      topics = JobTopics.create("watched", kafka.bootstrapServers(), registry.url());
      resources.registerCloseable(topics);
      values.putAll(topics.configuration());
      values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
      values.put("schema-registry.url", registry.url());
      values.put(
          "model.checkpoint", ClusterITCase.CHECKPOINT.toAbsolutePath().normalize().toString());
      values.put("model.dtype", "float32");
      values.put("job.checkpoint-interval", "500 ms");
      values.put(
          "flink.execution.checkpointing.dir",
          this.folder.resolve("checkpoints").toUri().toString());
      flink.awaitReady();
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /**
   * Starts everything except task managers. Skips the test if processes are to run in containers.
   *
   * @param folder for everything except logs
   * @param logs for the processes' logs; those of an earlier run are removed
   * @param slots the number of slots of each task manager
   * @param options further options of Flink
   */
  static EnrichmentCluster start(Path folder, Path logs, int slots, Map<String, String> options)
      throws Exception {
    assumeThat(Containers.areWanted())
        .as("containers, whose processes cannot be observed")
        .isFalse();
    return new EnrichmentCluster(folder, logs, slots, options);
  }

  FlinkCluster flink() {
    return flink;
  }

  JobTopics topics() {
    return topics;
  }

  /**
   * Submits the job anew and returns its identifier.
   *
   * @param flinkOptions the options of {@code flink run} before the jar
   * @param options options of the job, in addition to those that name its services
   */
  String run(List<String> flinkOptions, Map<String, String> options) throws Exception {
    Path file = folder.resolve("enrich.yaml");
    FlinkCluster.write(file, values);
    List<String> arguments = new ArrayList<>(List.of("enrich", "--config", file.toString()));
    options.forEach((key, value) -> arguments.add("-D" + key + "=" + value));
    return flink.run(flinkOptions, arguments);
  }

  /** Stops a job and returns the path of its savepoint. */
  String stop(String job) throws Exception {
    return FlinkCluster.awaitSavepoint(flink.startStop(job, folder.resolve("savepoints")));
  }

  @Override
  public void close() throws Exception {
    resources.close();
  }
}
