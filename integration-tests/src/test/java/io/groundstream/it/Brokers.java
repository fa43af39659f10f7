package io.groundstream.it;

import io.groundstream.jobs.cli.LocalPorts;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.common.Uuid;

/**
 * One or three brokers, each a process that can be killed and started again with its data. Tests
 * connect directly; a job connects through proxies, which can cut and slow its connections. With
 * three brokers, everything has three replicas, at least two of them in sync. Not thread-safe.
 */
final class Brokers implements AutoCloseable {
  private static final String CLUSTER_ID =
      new Uuid(0x67726f756e647374L, 0x7265616d2d666c74L).toString();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String MAX_RECORD_BYTES = Integer.toString(64 << 20);

  private final Path folder;
  private final Path logs;
  private final List<Node> nodes = new ArrayList<>();
  private final List<FlinkProcess> processes = new ArrayList<>();

  /**
   * The ports of a broker.
   *
   * @param port for tests
   * @param jobPort for jobs, behind the proxy
   */
  private record Node(int id, int port, int jobPort, int controllerPort, KafkaProxy proxy) {
    static Node choose(int id) throws Exception {
      int jobPort = LocalPorts.choose("kafka, for jobs", 0);
      return new Node(
          id,
          LocalPorts.choose("kafka", 0),
          jobPort,
          LocalPorts.choose("kafka's controller", 0),
          new KafkaProxy(jobPort));
    }
  }

  private Brokers(Path folder, Path logs) {
    this.folder = folder.toAbsolutePath();
    this.logs = logs;
  }

  /**
   * Starts brokers; {@link #awaitReady} waits until they accept connections.
   *
   * @param folder for their data
   */
  static Brokers start(Path folder, Path logs, int count) throws Exception {
    Brokers brokers = new Brokers(folder, logs);
    try {
      Files.createDirectories(brokers.folder);
      for (int id = 1; id <= count; id++) {
        brokers.nodes.add(Node.choose(id));
      }
      for (int index = 0; index < count; index++) {
        brokers.processes.add(brokers.launch(index));
      }
      return brokers;
    } catch (Throwable e) {
      brokers.close();
      throw e;
    }
  }

  private FlinkProcess launch(int index) throws IOException {
    Node node = nodes.get(index);
    Path file = folder.resolve("broker-" + node.id() + ".properties");
    try (Writer out = Files.newBufferedWriter(file)) {
      settings(node).store(out, null);
    }
    int starts = 0;
    while (Files.exists(log(node, starts))) {
      starts++;
    }
    return LocalProcess.start(
        folder,
        log(node, starts),
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(Path::of)
            .toList(),
        List.of(
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dlog4j.configurationFile=" + logging().toUri()),
        BrokerMain.class.getName(),
        List.of(file.toString()));
  }

  private Path logging() throws IOException {
    return Files.writeString(
        folder.resolve("log4j.properties"),
        """
        rootLogger.level = WARN
        rootLogger.appenderRef.console.ref = console
        appender.console.name = console
        appender.console.type = CONSOLE
        appender.console.layout.type = PatternLayout
        appender.console.layout.pattern = %d{HH:mm:ss,SSS} %-5p %c{1} [%t] %m%n
        logger.transactions.name = kafka.coordinator.transaction
        logger.transactions.level = INFO
        """);
  }

  private Path log(Node node, int starts) {
    return logs.resolve("broker-" + node.id() + "-" + starts + ".log");
  }

  private Properties settings(Node node) {
    String host = LocalPorts.HOST + ":";
    String replicas = Integer.toString(nodes.size());
    String inSync = Integer.toString(Math.min(nodes.size(), 2));
    Properties settings = new Properties();
    settings.put(BrokerMain.CLUSTER_ID, CLUSTER_ID);
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", Integer.toString(node.id()));
    settings.put("log.dirs", folder.resolve("broker-" + node.id()).toString());
    settings.put(
        "listeners",
        "PLAINTEXT://%s%d,JOBS://%s%d,CONTROLLER://%s%d"
            .formatted(host, node.port(), host, node.jobPort(), host, node.controllerPort()));
    settings.put(
        "advertised.listeners",
        "PLAINTEXT://%s%d,JOBS://%s%d".formatted(host, node.port(), host, node.proxy().port()));
    settings.put(
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,JOBS:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("inter.broker.listener.name", "PLAINTEXT");
    settings.put(
        "controller.quorum.voters",
        nodes.stream()
            .map(voter -> voter.id() + "@" + host + voter.controllerPort())
            .collect(Collectors.joining(",")));
    settings.put("auto.create.topics.enable", "false");
    settings.put("default.replication.factor", replicas);
    settings.put("min.insync.replicas", inSync);
    settings.put("offsets.topic.replication.factor", replicas);
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("transaction.state.log.replication.factor", replicas);
    settings.put("transaction.state.log.min.isr", inSync);
    settings.put("transaction.state.log.num.partitions", "4");
    settings.put("share.coordinator.state.topic.replication.factor", replicas);
    settings.put("share.coordinator.state.topic.min.isr", inSync);
    settings.put("group.initial.rebalance.delay.ms", "0");
    settings.put("transaction.max.timeout.ms", "7200000");
    settings.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");
    settings.put("message.max.bytes", MAX_RECORD_BYTES);
    settings.put("replica.fetch.max.bytes", MAX_RECORD_BYTES);
    // Small, because many processes run at once.
    settings.put("log.cleaner.dedupe.buffer.size", "2097152");
    settings.put("log.index.size.max.bytes", "262144");
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "2");
    settings.put("background.threads", "2");
    return settings;
  }

  int count() {
    return nodes.size();
  }

  /** Waits until all brokers accept connections. */
  void awaitReady() throws Exception {
    for (int index = 0; index < nodes.size(); index++) {
      awaitPort(nodes.get(index).port(), processes.get(index));
    }
  }

  /** Waits until a process listens on the port. */
  static void awaitPort(int port, FlinkProcess process) throws Exception {
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

  /** Returns the addresses for tests. */
  String bootstrapServers() {
    return servers(Node::port);
  }

  /** Returns the addresses for jobs, which are those of the proxies. */
  String bootstrapServersForJobs() {
    return servers(node -> node.proxy().port());
  }

  private String servers(Function<Node, Integer> port) {
    return nodes.stream()
        .map(node -> LocalPorts.HOST + ":" + port.apply(node))
        .collect(Collectors.joining(","));
  }

  /** Returns the proxies between jobs and the brokers. */
  List<KafkaProxy> proxies() {
    return nodes.stream().map(Node::proxy).toList();
  }

  /** Sends SIGKILL to a broker and returns when it has ended. */
  void kill(int index) throws InterruptedException {
    processes.get(index).kill();
  }

  /** Starts a killed broker and waits until it accepts connections. */
  void restart(int index) throws Exception {
    processes.set(index, launch(index));
    awaitPort(nodes.get(index).port(), processes.get(index));
  }

  /** Waits until every replica of every partition is in sync. */
  void awaitInSync() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      Eventually.holds(
          PATIENCE,
          "replicas in sync",
          () -> {
            Set<String> names =
                admin.listTopics(new ListTopicsOptions().listInternal(true)).names().get();
            return admin.describeTopics(names).allTopicNames().get().values().stream()
                .flatMap(topic -> topic.partitions().stream())
                .allMatch(partition -> partition.isr().size() == nodes.size());
          });
    }
  }

  /** Returns the ends of the logs, for messages. */
  @Override
  public String toString() {
    return processes.stream().map(FlinkProcess::toString).collect(Collectors.joining("\n\n"));
  }

  @Override
  public void close() throws IOException {
    processes.forEach(FlinkProcess::close);
    for (Node node : nodes) {
      node.proxy().close();
    }
  }
}
