package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Observes a task manager whose job restarts, is resubmitted and changes its model. Not
 * thread-safe.
 */
final class TaskManagerWatch implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final double MEBIBYTE = 1 << 20;
  private static final String RELEASED = ".* Released .+ on cpu, which is no longer used";

  /** Flink's class loader for a job's classes; each holds some hundred classes and an open jar. */
  private static final String CLASS_LOADER = "org.apache.flink.util.ChildFirstClassLoader";

  private static final int PARALLELISM = 2;

  private final Path folder;
  private final EnrichmentCluster cluster;
  private final FlinkProcess worker;
  private final JvmProbe probe;
  private final EndlessEvents events;
  private final Map<String, String> options = new HashMap<>();
  private String job;
  private int parallelism = PARALLELISM;

  /**
   * The task manager's resources.
   *
   * @param loads the number of loads of a model since its start
   * @param classLoaders the number of live class loaders of jobs
   */
  record Sample(
      double residentMebibytes,
      double liveHeapMebibytes,
      int threads,
      long loads,
      long classLoaders) {}

  private TaskManagerWatch(Path folder, Path logs, Map<String, String> more) throws Exception {
    this.folder = folder;
    this.cluster =
        EnrichmentCluster.start(
            folder,
            logs,
            PARALLELISM,
            // This scheduler restarts a job at once when its parallelism is changed, instead of
            // after half a minute.
            Map.of(
                "jobmanager.scheduler", "adaptive",
                "jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling", "0 s",
                "jobmanager.adaptive-scheduler.rescale-trigger.max-delay", "1 s"));
    try {
      this.worker = cluster.flink().startTaskManager();
      this.events = new EndlessEvents(cluster.topics(), /* padding= */ 0);
      options.putAll(more);
      options.put("job.parallelism", Integer.toString(PARALLELISM));
      // Short, because a job is rescaled after the next checkpoint.
      options.put("job.checkpoint-interval", "300 ms");
      this.job = cluster.run(List.of(), options);
      answer();
      this.probe = JvmProbe.of(worker);
    } catch (Throwable e) {
      e.addSuppressed(new AssertionError(cluster.flink().toString()));
      cluster.close();
      throw e;
    }
  }

  /**
   * Starts everything and returns when the job has answered the first events.
   *
   * @param more further options of the job
   */
  static TaskManagerWatch start(Path folder, Path logs, Map<String, String> more) throws Exception {
    return new TaskManagerWatch(folder, logs, more);
  }

  private void answer() throws Exception {
    answer(6);
  }

  /** Publishes events and waits for their answers. */
  void answer(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      events.publish(1);
    }
    cluster.topics().readUntil(PATIENCE, events::areAnswered);
  }

  /** Restarts the job in the same process, alternately with one and two subtasks. */
  void restart() throws Exception {
    int wanted = parallelism == 1 ? PARALLELISM : 1;
    cluster.flink().rescale(job, wanted);
    parallelism = wanted;
    Eventually.holds(
        PATIENCE, "parallelism " + wanted, () -> cluster.flink().runsWith(job, wanted));
    answer();
  }

  /** Stops the job with a savepoint and resubmits it from there. */
  void submitAgain() throws Exception {
    String savepoint = cluster.stop(job);
    job = cluster.run(List.of("-s", savepoint), options);
    parallelism = PARALLELISM;
    answer();
  }

  /** Resubmits the job with another checkpoint of the model. */
  void changeModel(Path checkpoint) throws Exception {
    options.put("model.checkpoint", checkpoint.toAbsolutePath().normalize().toString());
    submitAgain();
  }

  /**
   * Returns a copy of the checkpoint whose weights differ in one bit.
   *
   * @param name the name of the new folder
   */
  Path otherCheckpoint(String name) throws IOException {
    Path other = Files.createDirectories(folder.resolve(name));
    try (Stream<Path> files = Files.list(ClusterITCase.CHECKPOINT)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (file.toString().endsWith(".safetensors")) {
          bytes[bytes.length - 4] ^= 1;
        }
        Files.write(other.resolve(file.getFileName()), bytes);
      }
    }
    return other;
  }

  /** Returns the models named in the results so far. */
  Set<String> revisions() {
    Set<String> revisions = new TreeSet<>();
    cluster
        .topics()
        .images
        .forEach(image -> revisions.add(image.getModelName() + " " + image.getModelRevision()));
    return revisions;
  }

  /** Returns the model named in the newest result. */
  String newestModel() {
    var newest = cluster.topics().images.get(cluster.topics().images.size() - 1);
    return newest.getModelName() + " " + newest.getModelRevision();
  }

  /** Returns the number of models that the task manager has released. */
  long releases() throws IOException {
    return worker.log().lines().filter(line -> line.matches(RELEASED)).count();
  }

  /**
   * Waits until the models are released, which happens a minute after the end of their last job.
   */
  void awaitReleases(long count) throws Exception {
    Eventually.holds(PATIENCE, count + " models released", () -> releases() == count);
  }

  /**
   * Waits until at most the given number of class loaders of jobs are alive, while events are
   * processed: some caches of the JDK keep the last class loader until there is another one.
   */
  void awaitClassLoaders(long most) throws Exception {
    Eventually.holds(
        PATIENCE,
        "at most " + most + " class loaders of jobs",
        () -> {
          answer(1);
          double unused = probe.liveHeapBytes();
          return probe.instances(CLASS_LOADER) <= most;
        });
  }

  private long loads() throws Exception {
    Map<String, Double> shown = new HashMap<>();
    Eventually.holds(
        PATIENCE,
        "the metric of loads",
        () -> {
          shown.putAll(cluster.flink().metrics(job, "modelLoads"));
          return !shown.isEmpty();
        });
    return Math.round(Collections.max(shown.values()));
  }

  Sample sample() throws Exception {
    double heap = probe.liveHeapBytes() / MEBIBYTE;
    return new Sample(
        probe.residentBytes() / MEBIBYTE,
        heap,
        probe.threads(),
        loads(),
        probe.instances(CLASS_LOADER));
  }

  /** Checks that every event so far has exactly its results. */
  void verify() throws Exception {
    cluster.topics().readWhatElseComes();
    events.verify();
    assertThat(cluster.flink().state(job)).isEqualTo("RUNNING");
  }

  /** Returns the ends of all logs, for messages. */
  @Override
  public String toString() {
    return cluster.flink().toString();
  }

  @Override
  public void close() throws Exception {
    probe.close();
    cluster.close();
  }
}
