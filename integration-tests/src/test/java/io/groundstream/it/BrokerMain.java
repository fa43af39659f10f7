package io.groundstream.it;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * Runs a broker in a separate process that can be killed. Argument: the file with its properties;
 * {@code cluster.id} among them is not a setting of the broker.
 */
public final class BrokerMain {
  static final String CLUSTER_ID = "cluster.id";

  private BrokerMain() {}

  public static void main(String[] arguments) throws Exception {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(Path.of(arguments[0]))) {
      properties.load(in);
    }
    String cluster = (String) properties.remove(CLUSTER_ID);
    String folder = properties.getProperty("log.dirs");
    try (PrintStream quiet =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(quiet)
          .setClusterId(cluster)
          .setNodeId(Integer.parseInt(properties.getProperty("node.id")))
          .setDirectories(List.of(folder))
          .setMetadataLogDirectory(folder)
          .setControllerListenerName("CONTROLLER")
          .setIgnoreFormatted(true)
          .run();
    }
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
    server.startup();
    server.awaitShutdown();
  }
}
