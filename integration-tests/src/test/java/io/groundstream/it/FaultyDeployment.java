package io.groundstream.it;

import io.groundstream.jobs.cli.LocalPorts;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.flink.core.fs.AutoCloseableRegistry;

/**
 * The packaged enrichment job on separate processes, each of which can be killed: a job manager
 * with high availability by ZooKeeper, two task managers, and one or three brokers. The job's
 * connections to the brokers can be cut, and its model fails on request. Not thread-safe.
 */
final class FaultyDeployment implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofMinutes(4);

  private static final String ZOOKEEPER =
      "org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.ZooKeeperServerMain";
  private static final int SLOTS = 2;
  private static final Duration BETWEEN_EVENTS = Duration.ofMillis(100);

  private final Path folder;
  private final Path logs;
  private final Path mischief;
  private final AutoCloseableRegistry resources = new AutoCloseableRegistry();
  private final List<FlinkProcess> workers = new ArrayList<>();
  private final FlinkCluster cluster;
  private final Brokers brokers;
  private final TestRegistry registry;
  private final ImageHost host;
  private final JobTopics topics;
  private final Transactions transactions;
  private final List<String> runOptions;
  private Release release;
  private String job = "";

  /**
   * The running job and its configuration.
   *
   * @param checkpoint the model's
   */
  record Release(Path jar, Path checkpoint, int parallelism) {}

  private FaultyDeployment(Path folder, Path logs, int brokerCount) throws Exception {
    this.folder = folder.toAbsolutePath();
    this.logs = logs;
    this.mischief = this.folder.resolve("mischief");
    this.release =
        new Release(
            FlinkJars.JOB_JAR, ClusterITCase.CHECKPOINT.toAbsolutePath().normalize(), SLOTS);
    int zooKeeperPort = LocalPorts.choose("zookeeper", 0);
    try {
      cluster =
          FlinkCluster.start(folder.resolve("conf"), logs, SLOTS, highAvailability(zooKeeperPort));
      resources.registerCloseable(cluster);
      FlinkProcess zooKeeper = startZooKeeper(zooKeeperPort);
      brokers = Brokers.start(folder.resolve("kafka"), logs, brokerCount);
      resources.registerCloseable(brokers);
      startWorker();
      registry = TestRegistry.start(folder.resolve("registry"));
      resources.registerCloseable(registry);
      host = new ImageHost();
      resources.registerCloseable(host);
      Brokers.awaitPort(zooKeeperPort, zooKeeper);
      brokers.awaitReady();
      topics = JobTopics.create("faults", brokers.bootstrapServers(), registry.url(), brokerCount);
      resources.registerCloseable(topics);
      transactions = new Transactions(brokers.bootstrapServers(), topics.images());
      resources.registerCloseable(transactions);
      cluster.awaitReady();
      startWorker();
      runOptions =
          List.of(
              "-C",
              FaultyEnrichMain.jar(this.folder.resolve("faulty.jar")).toUri().toString(),
              "-c",
              FaultyEnrichMain.class.getName());
      behave(FaultyModels.Mischief.NONE);
      job = cluster.run(runOptions, release.jar(), arguments());
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /**
   * Starts all processes and the job.
   *
   * @param folder for everything except logs
   * @param logs for the processes' logs; those of an earlier run are removed
   * @param brokerCount one or three
   */
  static FaultyDeployment start(Path folder, Path logs, int brokerCount) throws Exception {
    return new FaultyDeployment(folder, logs, brokerCount);
  }

  private Map<String, String> highAvailability(int zooKeeperPort) {
    return Map.of(
        "high-availability.type",
        "zookeeper",
        "high-availability.zookeeper.quorum",
        LocalPorts.HOST + ":" + zooKeeperPort,
        "high-availability.storageDir",
        folder.resolve("ha").toUri().toString(),
        // The leadership of a killed job manager lasts this long.
        "high-availability.zookeeper.client.session-timeout",
        "6 s");
  }

  private FlinkProcess startZooKeeper(int port) throws IOException {
    FlinkProcess process =
        LocalProcess.start(
            folder.resolve("conf"),
            logs.resolve("zookeeper.log"),
            FlinkJars.distribution(),
            List.of("-Xmx96m", "-XX:+UseSerialGC", "-Dzookeeper.admin.enableServer=false"),
            ZOOKEEPER,
            List.of(
                Integer.toString(port),
                Files.createDirectories(folder.resolve("zookeeper")).toString()));
    resources.registerCloseable(process);
    return process;
  }

  private void startWorker() throws IOException {
    workers.add(cluster.startTaskManager());
  }

  private List<String> arguments() {
    Map<String, String> values = new TreeMap<>(topics.configuration());
    values.putAll(host.configuration());
    // A job that starts from a savepoint may use another prefix.
    values.put("kafka.transactional-id-prefix", "faults-of-" + release.parallelism());
    values.put("kafka.bootstrap-servers", brokers.bootstrapServersForJobs());
    values.put("schema-registry.url", registry.url());
    values.put("model.checkpoint", release.checkpoint().toString());
    values.put("model.dtype", "float32");
    // Small, so that bursts fill the queues.
    values.put("model.queue-capacity", "8");
    values.put("grounding.capacity", "24");
    values.put("job.parallelism", Integer.toString(release.parallelism()));
    values.put("job.checkpoint-interval", "500 ms");
    values.put("flink.execution.checkpointing.dir", checkpointRoot().toUri().toString());
    // Practically without limit, because tests kill processes any number of times.
    values.put("flink.restart-strategy.type", "fixed-delay");
    values.put("flink.restart-strategy.fixed-delay.attempts", "1000000");
    values.put("flink.restart-strategy.fixed-delay.delay", "300 ms");
    List<String> arguments = new ArrayList<>(List.of(mischief.toString()));
    values.forEach((key, value) -> arguments.add(key + "=" + value));
    return arguments;
  }

  private Path checkpointRoot() {
    return folder.resolve("checkpoints");
  }

  /** Returns the folder of the running job's checkpoints. */
  Path checkpoints() {
    return checkpointRoot().resolve(job);
  }

  FlinkCluster cluster() {
    return cluster;
  }

  Brokers brokers() {
    return brokers;
  }

  JobTopics topics() {
    return topics;
  }

  ImageHost host() {
    return host;
  }

  Transactions transactions() {
    return transactions;
  }

  String registryUrl() {
    return registry.url();
  }

  /** Returns the job that is running at the moment. */
  Release release() {
    return release;
  }

  /** Returns Flink's state of the job. */
  String state() throws Exception {
    return cluster.state(job);
  }

  /** Sets the model's behaviour for requests from now on. */
  void behave(FaultyModels.Mischief next) throws IOException {
    FaultyModels.write(mischief, next);
  }

  /** Stops the job with a savepoint and returns its folder. */
  Path stop() throws Exception {
    FlinkProcess stop = cluster.startStop(job, folder.resolve("savepoints"));
    return Path.of(URI.create(FlinkCluster.awaitSavepoint(stop)));
  }

  /**
   * Stops the job with a savepoint and starts a job from it, possibly of another release.
   *
   * @param meanwhile is called repeatedly until the job has stopped
   */
  void goOnWith(Release next, Callable<?> meanwhile) throws Exception {
    FlinkProcess stop = cluster.startStop(job, folder.resolve("savepoints"));
    while (!stop.endsWithin(BETWEEN_EVENTS)) {
      meanwhile.call();
    }
    List<String> options = new ArrayList<>(List.of("-s", FlinkCluster.awaitSavepoint(stop)));
    options.addAll(runOptions);
    release = next;
    job = cluster.run(options, release.jar(), arguments());
  }

  /** Starts a job manager in place of the killed one. */
  void restartJobManager() throws Exception {
    cluster.startJobManager();
    cluster.awaitReady();
  }

  /** Kills a task manager and starts another one. */
  void kill(FlinkProcess worker) throws Exception {
    worker.kill();
    workers.remove(worker);
    startWorker();
  }

  /** Returns all task managers that have not been killed. */
  List<FlinkProcess> workers() {
    return List.copyOf(workers);
  }

  /** Returns a task manager that runs the job; waits while the job is being redeployed. */
  FlinkProcess busyWorker() throws Exception {
    List<FlinkProcess> found = new ArrayList<>();
    Eventually.holds(
        PATIENCE,
        "a task manager that runs the job",
        () -> {
          Set<String> busy = cluster.taskManagers(job);
          workers.stream()
              .filter(worker -> worker.isAlive() && busy.contains(worker.name()))
              .forEach(found::add);
          return !found.isEmpty();
        });
    return found.get(0);
  }

  /** Returns the ends of all logs, for messages. */
  @Override
  public String toString() {
    return cluster + "\n\n" + brokers;
  }

  @Override
  public void close() throws Exception {
    resources.close();
  }
}
