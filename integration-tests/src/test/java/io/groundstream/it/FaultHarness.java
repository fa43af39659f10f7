package io.groundstream.it;

import io.groundstream.jobs.embedded.LocalPorts;
import io.groundstream.jobs.embedded.LocalRegistry;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;

/**
 * The packaged enrichment job on processes of its own, each of which can be killed: a job manager
 * with high availability by ZooKeeper, two task managers, a broker. Events keep coming while faults
 * are injected, and after each of them every event so far has to be answered exactly once, with
 * what the undisturbed model answers. A seed decides about all that is left to chance; what
 * processes do in the meantime no seed can repeat. For one thread.
 */
final class FaultHarness implements AutoCloseable {
  private static final Path REGISTRY =
      Path.of(System.getProperty(LocalRegistry.HOME_PROPERTY, "../jobs/target/apicurio-registry"));
  private static final String ZOOKEEPER =
      "org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.ZooKeeperServerMain";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int PARALLELISM = 2;

  /** A moment that is waited for may be over before the signal arrives; so often it is tried. */
  private static final int LOOKS = 4;

  private static final int IN_A_ROW = 3;

  private final Path folder;
  private final Path logs;
  private final Random random;
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private final List<FlinkProcess> workers = new ArrayList<>();
  private final int brokerPort;
  private FlinkProcess broker;
  private int brokers;
  private FlinkCluster cluster;
  private JobTopics topics;
  private Transactions transactions;
  private ClusterEvents events;
  private String job = "";

  /**
   * What became of one fault.
   *
   * @param kills processes that were killed
   * @param recoveryMillis from the kill until an event was answered that was published after it
   * @param events all events so far
   */
  record Trial(Fault fault, int kills, long recoveryMillis, int lost, int doubled, int events) {}

  private FaultHarness(Path folder, Path logs, long seed) throws Exception {
    this.folder = folder.toAbsolutePath();
    this.logs = logs;
    this.random = new Random(seed);
    this.brokerPort = LocalPorts.choose("kafka", 0);
    int zooKeeperPort = LocalPorts.choose("zookeeper", 0);
    try {
      cluster =
          FlinkCluster.start(
              folder.resolve("conf"), logs, PARALLELISM, highAvailability(zooKeeperPort));
      resources.push(cluster);
      FlinkProcess zooKeeper = startZooKeeper(zooKeeperPort);
      broker = startBroker();
      startWorker();
      LocalRegistry registry = LocalRegistry.start(REGISTRY, folder.resolve("registry"), 0);
      resources.push(registry);
      awaitPort(zooKeeperPort, zooKeeper);
      awaitPort(brokerPort, broker);
      topics = JobTopics.create("faults", bootstrapServers(), registry.url());
      resources.push(topics);
      transactions = new Transactions(bootstrapServers(), topics.images());
      resources.push(transactions);
      events = new ClusterEvents(topics);
      cluster.awaitReady();
      startWorker();
      job =
          cluster.run(
              List.of(), List.of("enrich", "--config", configuration(registry.url()).toString()));
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /**
   * Starts all processes and the job.
   *
   * @param folder for everything but logs
   * @param logs for the processes' logs; those of an earlier run are removed
   */
  static FaultHarness start(Path folder, Path logs, long seed) throws Exception {
    return new FaultHarness(folder, logs, seed);
  }

  private Map<String, String> highAvailability(int zooKeeperPort) {
    return Map.of(
        "high-availability.type",
        "zookeeper",
        "high-availability.zookeeper.quorum",
        LocalPorts.HOST + ":" + zooKeeperPort,
        "high-availability.storageDir",
        folder.resolve("ha").toUri().toString(),
        // So long the leadership of a job manager that was killed lasts.
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
    resources.push(process);
    return process;
  }

  private FlinkProcess startBroker() throws IOException {
    FlinkProcess process =
        LocalProcess.start(
            folder.resolve("conf"),
            logs.resolve("broker-" + brokers++ + ".log"),
            Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .toList(),
            List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
            BrokerMain.class.getName(),
            List.of(folder.resolve("kafka").toString(), Integer.toString(brokerPort)));
    resources.push(process);
    return process;
  }

  private void startWorker() throws IOException {
    workers.add(cluster.startTaskManager());
  }

  private static void awaitPort(int port, FlinkProcess process) throws Exception {
    Eventually.holds(
        PATIENCE,
        "an answer of " + process,
        () -> {
          try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
          } catch (IOException e) {
            return false;
          }
        });
  }

  private String bootstrapServers() {
    return LocalPorts.HOST + ":" + brokerPort;
  }

  private Path configuration(String registryUrl) throws IOException {
    Map<String, String> values = new TreeMap<>(topics.configuration());
    values.put("kafka.bootstrap-servers", bootstrapServers());
    values.put("schema-registry.url", registryUrl);
    values.put(
        "model.checkpoint", ClusterITCase.CHECKPOINT.toAbsolutePath().normalize().toString());
    values.put("model.dtype", "float32");
    values.put("job.parallelism", Integer.toString(PARALLELISM));
    values.put("job.checkpoint-interval", "500 ms");
    values.put("flink.execution.checkpointing.dir", checkpoints().toUri().toString());
    // As often as somebody kills something.
    values.put("flink.restart-strategy.type", "fixed-delay");
    values.put("flink.restart-strategy.fixed-delay.attempts", "1000000");
    values.put("flink.restart-strategy.fixed-delay.delay", "300 ms");
    Path file = folder.resolve("enrich.yaml");
    FlinkCluster.write(file, values);
    return file;
  }

  private Path checkpoints() {
    return folder.resolve("checkpoints");
  }

  /** Has so many events answered with nothing going wrong, and checks the answers. */
  void runUndisturbed(int count) throws Exception {
    events.publish(count);
    topics.readUntil(PATIENCE, events::areAnswered);
    check();
  }

  /** Injects a fault, waits for the recovery, and checks everything so far. */
  Trial inject(Fault fault) throws Exception {
    try {
      Callable<Integer> kill = prepare(fault);
      int kills = kill.call();
      long killed = System.nanoTime();
      restart(fault);
      events.publish(6 + random.nextInt(12));
      topics.readUntil(PATIENCE, events::areAnswered);
      long recovery = Duration.ofNanos(System.nanoTime() - killed).toMillis();
      topics.readWhatElseComes();
      ClusterEvents.Balance balance = events.balance();
      Trial trial =
          new Trial(fault, kills, recovery, balance.lost(), balance.doubled(), events.published());
      check();
      return trial;
    } catch (Throwable e) {
      e.addSuppressed(new AssertionError(cluster + "\n\n" + broker));
      throw e;
    }
  }

  private void check() throws IOException {
    events.verify();
  }

  /** Returns what kills, and how many processes it has killed. */
  private Callable<Integer> prepare(Fault fault) {
    return switch (fault) {
      case TASK_MANAGER -> () -> atAnyMoment(() -> killWorker(busyWorker()));
      case TASK_MANAGER_IN_CHECKPOINT ->
          () -> {
            events.publish(3 + random.nextInt(6));
            FlinkProcess worker = busyWorker();
            Eventually.holds(
                PATIENCE,
                "a checkpoint under way",
                () -> Checkpoints.isUnderWay(checkpoints().resolve(job)));
            return killWorker(worker);
          };
      case TASK_MANAGER_BEFORE_COMMIT -> this::killBeforeCommit;
      case TASK_MANAGERS_IN_A_ROW -> this::killInARow;
      case JOB_MANAGER ->
          () ->
              atAnyMoment(
                  () -> {
                    cluster.killJobManager();
                    return 1;
                  });
      case BROKER -> () -> atAnyMoment(this::killBroker);
      case BROKER_AND_TASK_MANAGER ->
          () -> atAnyMoment(() -> killBroker() + killWorker(busyWorker()));
    };
  }

  private int atAnyMoment(Callable<Integer> kill) throws Exception {
    int pauses = 1 + random.nextInt(12);
    for (int i = 0; i < pauses; i++) {
      events.publish(1 + random.nextInt(2));
      Thread.sleep(random.nextInt(200));
    }
    return kill.call();
  }

  private int killInARow() throws Exception {
    int kills = atAnyMoment(() -> killWorker(busyWorker()));
    while (kills < IN_A_ROW) {
      kills += atAnyMoment(() -> killWorker(workers.get(random.nextInt(workers.size()))));
    }
    return kills;
  }

  private int killBroker() throws InterruptedException {
    broker.kill();
    return 1;
  }

  private int killWorker(FlinkProcess worker) throws Exception {
    worker.kill();
    workers.remove(worker);
    startWorker();
    return 1;
  }

  /** Returns a task manager that runs the job; waits while it is about to move. */
  private FlinkProcess busyWorker() throws Exception {
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

  private int killBeforeCommit() throws Exception {
    FlinkProcess worker = busyWorker();
    Eventually.holds(
        PATIENCE,
        "a transaction between checkpoint and commit",
        () -> {
          events.publish(1);
          // The moment would be over before the signal arrives, was the process not standing still.
          worker.freeze();
          for (int look = 0; look < LOOKS; look++) {
            if (Checkpoints.isCompleteButUncommitted(checkpoints().resolve(job), transactions)) {
              return true;
            }
          }
          worker.thaw();
          return false;
        });
    return killWorker(worker);
  }

  private void restart(Fault fault) throws Exception {
    switch (fault) {
      case TASK_MANAGER,
          TASK_MANAGER_IN_CHECKPOINT,
          TASK_MANAGER_BEFORE_COMMIT,
          TASK_MANAGERS_IN_A_ROW -> {}
      case JOB_MANAGER -> {
        Thread.sleep(random.nextInt(1000));
        cluster.startJobManager();
        cluster.awaitReady();
      }
      case BROKER, BROKER_AND_TASK_MANAGER -> {
        Thread.sleep(random.nextInt(3000));
        broker = startBroker();
        awaitPort(brokerPort, broker);
      }
    }
  }

  @Override
  public void close() throws Exception {
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (Exception e) {
        // Everything else has to end, too.
        close();
        throw e;
      }
    }
  }
}
