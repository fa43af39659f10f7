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
 * One task manager under a job that restarts, is submitted anew, and gets another model, and what
 * that leaves behind in it. For one thread.
 */
final class TaskManagerWatch implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final double MEBIBYTE = 1 << 20;
  private static final String RELEASED = ".* Released .+ on cpu, which is no longer used";

  /** What Flink loads the classes of a job with; each has some hundred classes and a jar open. */
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
   * What the task manager holds.
   *
   * @param loads how often a model was loaded since it started
   * @param classLoaders how many class loaders of jobs are alive
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
            // It restarts a job when somebody asks for another parallelism; at once, not in half a
            // minute.
            Map.of(
                "jobmanager.scheduler", "adaptive",
                "jobmanager.adaptive-scheduler.executing.cooldown-after-rescaling", "0 s",
                "jobmanager.adaptive-scheduler.rescale-trigger.max-delay", "1 s"));
    try {
      this.worker = cluster.flink().startTaskManager();
      this.events = new EndlessEvents(cluster.topics(), /* padding= */ 0);
      options.putAll(more);
      options.put("job.parallelism", Integer.toString(PARALLELISM));
      // So that the next checkpoint, after which a job is rescaled, is not far away.
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
   * Starts everything, and returns when the job has answered something.
   *
   * @param more options of the job
   */
  static TaskManagerWatch start(Path folder, Path logs, Map<String, String> more) throws Exception {
    return new TaskManagerWatch(folder, logs, more);
  }

  private void answer() throws Exception {
    answer(6);
  }

  /** Has so many events answered. */
  void answer(int count) throws Exception {
    for (int i = 0; i < count; i++) {
      events.publish(1);
    }
    cluster.topics().readUntil(PATIENCE, events::areAnswered);
  }

  /** Has the job restart in the same process, with one subtask in turn with two. */
  void restart() throws Exception {
    int wanted = parallelism == 1 ? PARALLELISM : 1;
    cluster.flink().rescale(job, wanted);
    parallelism = wanted;
    Eventually.holds(
        PATIENCE, "parallelism " + wanted, () -> cluster.flink().runsWith(job, wanted));
    answer();
  }

  /** Stops the job with a savepoint and submits it anew from there. */
  void submitAgain() throws Exception {
    String savepoint = cluster.stop(job);
    job = cluster.run(List.of("-s", savepoint), options);
    parallelism = PARALLELISM;
    answer();
  }

  /** Submits the job anew with another checkpoint. */
  void changeModel(Path checkpoint) throws Exception {
    options.put("model.checkpoint", checkpoint.toAbsolutePath().normalize().toString());
    submitAgain();
  }

  /**
   * Returns a copy of the checkpoint whose weights differ in one bit.
   *
   * @param name of the new folder
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

  /** Returns the models that the results so far name. */
  Set<String> revisions() {
    Set<String> revisions = new TreeSet<>();
    cluster
        .topics()
        .images
        .forEach(image -> revisions.add(image.getModelName() + " " + image.getModelRevision()));
    return revisions;
  }

  /** Returns the model that the newest result names. */
  String newestModel() {
    var newest = cluster.topics().images.get(cluster.topics().images.size() - 1);
    return newest.getModelName() + " " + newest.getModelRevision();
  }

  /** Returns how many models the task manager has released. */
  long releases() throws IOException {
    return worker.log().lines().filter(line -> line.matches(RELEASED)).count();
  }

  /** Waits until so many models are released: they stay for a minute after their last job. */
  void awaitReleases(long count) throws Exception {
    Eventually.holds(PATIENCE, count + " models released", () -> releases() == count);
  }

  /**
   * Waits until no more than so many class loaders of jobs are alive, while the job goes on: some
   * of the JDK's caches remember the last one until there is another.
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

  /** The ends of all logs, for messages. */
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
