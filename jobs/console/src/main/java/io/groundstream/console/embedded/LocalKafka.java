package io.groundstream.console.embedded;

import io.groundstream.jobs.cli.LocalPorts;
import io.groundstream.jobs.cli.LocalServiceException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Exit;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka broker inside this JVM: one node in KRaft mode that is its own controller, listening on
 * the loopback address only, with transactions. Topics are not created automatically.
 *
 * <pre>{@code
 * try (LocalKafka kafka = LocalKafka.start(Path.of("data"), 0)) {
 *   properties.put("bootstrap.servers", kafka.bootstrapServers());
 * }
 * }</pre>
 *
 * <p>A broker halts its process if its disk fails, which would end this JVM. So while a broker of
 * this class runs, it stops and reports the failure instead: see {@link #failure()}. At most one
 * broker may run in a JVM. Thread-safe.
 */
public final class LocalKafka implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LocalKafka.class);

  /** The largest record that the broker accepts, in bytes: a record may hold an image. */
  public static final int MAX_RECORD_BYTES = 64 << 20;

  /** A broker is not started if its disk has fewer free bytes than this. */
  private static final long MIN_DISK_BYTES = 64L << 20;

  private static final Set<String> LISTS =
      Set.of("listeners", "advertised.listeners", "listener.security.protocol.map");

  /** The cluster's identifier is constant, so that a directory can be used again. */
  private static final String CLUSTER_ID =
      new Uuid(0x67726f756e647374L, 0x7265616d2d6c6f63L).toString();

  private final KafkaRaftServer server;
  private final int port;
  private final CompletableFuture<String> failure;

  private LocalKafka(KafkaRaftServer server, int port, CompletableFuture<String> failure) {
    this.server = server;
    this.port = port;
    this.failure = failure;
  }

  /**
   * Starts a broker and returns when it accepts requests, usually after two seconds.
   *
   * @param directory the directory of its data; created if missing, formatted if empty
   * @param wantedPort the port to listen on, or 0 for a free port
   * @throws LocalServiceException if the port is taken, the directory cannot be used, or its disk
   *     is full
   */
  public static LocalKafka start(Path directory, int wantedPort) throws LocalServiceException {
    return start(directory, wantedPort, Map.of());
  }

  /**
   * Like {@link #start(Path, int)}, with more settings.
   *
   * @param more further settings of the broker; those called {@code listeners}, {@code
   *     advertised.listeners} and {@code listener.security.protocol.map} are appended to its own
   */
  public static LocalKafka start(Path directory, int wantedPort, Map<String, String> more)
      throws LocalServiceException {
    int port = LocalPorts.choose("kafka", wantedPort);
    int controllerPort = LocalPorts.free();
    Path data = directory.toAbsolutePath();
    checkDisk(data);
    CompletableFuture<String> failure = new CompletableFuture<>();
    Exit.Procedure report =
        (status, message) -> {
          failure.complete(
              "The Kafka broker in "
                  + data
                  + " gave up"
                  + (message == null ? "" : ": " + message)
                  + " (is the disk full?)");
          // Callers rely on this method not returning.
          throw new IllegalStateException("the broker has failed");
        };
    Exit.setHaltProcedure(report);
    Exit.setExitProcedure(report);
    KafkaRaftServer server = null;
    try {
      format(data);
      server =
          new KafkaRaftServer(
              new KafkaConfig(settings(data, port, controllerPort, more)), Time.SYSTEM);
      server.startup();
      return new LocalKafka(server, port, failure);
    } catch (Exception e) {
      if (server != null) {
        shutDownQuietly(server);
      }
      Exit.resetHaltProcedure();
      Exit.resetExitProcedure();
      throw new LocalServiceException(
          "Kafka did not start on port " + port + " with its data in " + data + ": " + e, e);
    }
  }

  /** Returns the address for clients, as {@code HOST:PORT}. */
  public String bootstrapServers() {
    return LocalPorts.HOST + ":" + port;
  }

  /**
   * Returns a future that completes with a message for the user if the broker fails while it runs.
   */
  public CompletionStage<String> failure() {
    return failure;
  }

  /** Stops the broker and waits until it has stopped; its data remain. */
  @Override
  public void close() {
    shutDownQuietly(server);
    Exit.resetHaltProcedure();
    Exit.resetExitProcedure();
  }

  private static void shutDownQuietly(KafkaRaftServer server) {
    try {
      server.shutdown();
      server.awaitShutdown();
    } catch (RuntimeException e) {
      // A broker that has failed cannot shut down cleanly, and it has no process to end.
      LOG.warn("Kafka did not stop cleanly", e);
    }
  }

  private static void checkDisk(Path data) throws LocalServiceException {
    try {
      Files.createDirectories(data);
      long usable = Files.getFileStore(data).getUsableSpace();
      if (usable < MIN_DISK_BYTES) {
        throw new LocalServiceException(
            "disk of "
                + data
                + ": "
                + (usable >> 20)
                + " MiB free (expected: at least "
                + (MIN_DISK_BYTES >> 20)
                + " MiB; make room, or choose a folder on another disk)");
      }
    } catch (IOException e) {
      throw new LocalServiceException("Cannot use " + data + " for Kafka's data: " + e, e);
    }
  }

  private static void format(Path data) throws Exception {
    try (PrintStream quiet =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(quiet)
          .setClusterId(CLUSTER_ID)
          .setNodeId(1)
          .setDirectories(List.of(data.toString()))
          .setMetadataLogDirectory(data.toString())
          .setControllerListenerName("CONTROLLER")
          .setIgnoreFormatted(true)
          .run();
    }
  }

  private static Map<String, Object> settings(
      Path data, int port, int controllerPort, Map<String, String> more) {
    String host = LocalPorts.HOST + ":";
    Map<String, Object> settings = new HashMap<>();
    settings.put("process.roles", "broker,controller");
    settings.put("node.id", "1");
    settings.put("log.dirs", data.toString());
    settings.put(
        "listeners", "PLAINTEXT://" + host + port + ",CONTROLLER://" + host + controllerPort);
    settings.put("advertised.listeners", "PLAINTEXT://" + host + port);
    settings.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    settings.put("controller.listener.names", "CONTROLLER");
    settings.put("inter.broker.listener.name", "PLAINTEXT");
    settings.put("controller.quorum.voters", "1@" + host + controllerPort);
    settings.put("auto.create.topics.enable", "false");
    settings.put("message.max.bytes", Integer.toString(MAX_RECORD_BYTES));
    settings.put("replica.fetch.max.bytes", Integer.toString(MAX_RECORD_BYTES));
    // There is only one node.
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("offsets.topic.num.partitions", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("transaction.state.log.num.partitions", "4");
    settings.put("share.coordinator.state.topic.replication.factor", "1");
    settings.put("share.coordinator.state.topic.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
    // Flink's transactions last from one checkpoint to the next, and may have a time-out of hours.
    settings.put("transaction.max.timeout.ms", "7200000");
    // Small, because the broker shares its JVM: the cleaner alone would take 128 MiB, and index
    // files are mapped at full size, which ends a JVM if the disk is full.
    settings.put("log.cleaner.dedupe.buffer.size", "2097152");
    settings.put("log.index.size.max.bytes", "262144");
    settings.put("log.segment.bytes", Integer.toString(96 << 20));
    settings.put("num.network.threads", "2");
    settings.put("num.io.threads", "2");
    settings.put("background.threads", "2");
    more.forEach(
        (key, value) ->
            settings.merge(
                key, value, (own, added) -> LISTS.contains(key) ? own + "," + added : added));
    return settings;
  }
}
