package io.groundstream.console.embedded;

import io.groundstream.jobs.cli.LocalPorts;
import io.groundstream.jobs.cli.LocalServiceException;
import io.groundstream.jobs.enrich.FailureReasons;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.api.common.JobID;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.BlobServerOptions;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;
import org.apache.flink.runtime.execution.ExecutionState;
import org.apache.flink.runtime.executiongraph.AccessExecutionVertex;
import org.apache.flink.runtime.jobmaster.JobResult;
import org.apache.flink.runtime.messages.Acknowledge;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * A Flink cluster inside this JVM: a job manager with its web page and one task manager. Its page
 * listens on the loopback address only. Thread-safe.
 */
public final class LocalFlink implements AutoCloseable {
  private final MiniCluster cluster;
  private final URI page;

  private LocalFlink(MiniCluster cluster, URI page) {
    this.cluster = cluster;
    this.page = page;
  }

  /**
   * Starts a cluster.
   *
   * @param directory for its temporary files and checkpoints
   * @param slots the number of subtasks of an operator that it can run
   * @param wantedPort the port of its page, or 0 for a free port
   * @throws LocalServiceException if the port is taken or the cluster does not start
   */
  public static LocalFlink start(Path directory, int slots, int wantedPort)
      throws LocalServiceException {
    return start(directory, slots, wantedPort, Map.of());
  }

  /**
   * Like the other {@code start}, with further options.
   *
   * @param options further options of Flink, such as a metrics reporter
   */
  public static LocalFlink start(
      Path directory, int slots, int wantedPort, Map<String, String> options)
      throws LocalServiceException {
    if (wantedPort != 0) {
      int ignored = LocalPorts.choose("flink", wantedPort);
    }
    Configuration configuration = Configuration.fromMap(options);
    configuration.set(RestOptions.ADDRESS, LocalPorts.HOST);
    configuration.set(RestOptions.BIND_ADDRESS, LocalPorts.HOST);
    configuration.set(RestOptions.PORT, wantedPort);
    configuration.set(RestOptions.BIND_PORT, Integer.toString(wantedPort));
    configuration.set(JobManagerOptions.ADDRESS, LocalPorts.HOST);
    configuration.set(CoreOptions.TMP_DIRS, directory.toAbsolutePath().toString());
    configuration.set(WebOptions.TMP_DIR, directory.toAbsolutePath().toString());
    configuration.set(
        BlobServerOptions.STORAGE_DIRECTORY,
        directory.resolve("blobs").toAbsolutePath().toString());
    // By default, Flink keeps checkpoints in memory, where those above 5 MB fail.
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        directory.resolve("checkpoints").toUri().toString());
    // The records are few and small; the model's memory is not managed by Flink.
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(32));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(32));
    configuration.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(16));
    MiniCluster cluster =
        new MiniCluster(
            new MiniClusterConfiguration.Builder()
                .setConfiguration(configuration)
                .setNumTaskManagers(1)
                .setNumSlotsPerTaskManager(slots)
                .build());
    try {
      cluster.start();
      return new LocalFlink(cluster, cluster.getRestAddress().get());
    } catch (Exception e) {
      closeQuietly(cluster, e);
      throw new LocalServiceException(
          "Flink did not start on port " + wantedPort + ": " + FailureReasons.of(e), e);
    }
  }

  /** Returns the URL of the web page. */
  public URI page() {
    return page;
  }

  /**
   * Submits a job and returns when the cluster has accepted it.
   *
   * @param environment with the job's operators
   */
  public JobID submit(StreamExecutionEnvironment environment) throws Exception {
    return cluster.submitJob(environment.getStreamGraph().getJobGraph()).get().getJobID();
  }

  /** Returns the status of a job. */
  public JobStatus status(JobID job) throws Exception {
    return cluster.getJobStatus(job).get();
  }

  /** Returns whether every task of a job is running. */
  public boolean isRunning(JobID job) throws Exception {
    return cluster
        .getExecutionGraph(job)
        .thenApply(
            graph -> {
              for (AccessExecutionVertex subtask : graph.getAllExecutionVertices()) {
                if (subtask.getExecutionState() != ExecutionState.RUNNING) {
                  return false;
                }
              }
              return graph.getState() == JobStatus.RUNNING;
            })
        .get();
  }

  /** Cancels a job and returns when it has ended. */
  public void cancel(JobID job) throws Exception {
    Acknowledge ignored = cluster.cancelJob(job).get();
    JobResult unused = result(job);
  }

  /** Returns the number of restarts of a job. */
  public int restarts(JobID job) throws Exception {
    int most = 0;
    for (AccessExecutionVertex subtask :
        cluster.getExecutionGraph(job).get().getAllExecutionVertices()) {
      most = Math.max(most, subtask.getCurrentExecutionAttempt().getAttemptNumber());
    }
    return most;
  }

  /** Waits until a job has ended and returns its result. */
  public JobResult result(JobID job) throws Exception {
    return cluster.requestJobResult(job).get();
  }

  private static void closeQuietly(MiniCluster cluster, Exception reason) {
    try {
      cluster.close();
    } catch (Exception e) {
      reason.addSuppressed(e);
    }
  }

  /** Ends all jobs and the cluster, and waits until the cluster has stopped. */
  @Override
  public void close() throws Exception {
    cluster.close();
  }
}
