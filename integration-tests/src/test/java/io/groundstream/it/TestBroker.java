package io.groundstream.it;

import io.groundstream.console.embedded.LocalKafka;
import java.nio.file.Path;
import org.apache.kafka.common.utils.AppInfoParser;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/** A Kafka broker for a test: in this JVM, or in a container of the clients' version. */
final class TestBroker implements AutoCloseable {
  private static final String LARGEST_RECORD = Integer.toString(LocalKafka.MAX_RECORD_BYTES);

  private final String bootstrapServers;
  private final AutoCloseable running;

  private TestBroker(String bootstrapServers, AutoCloseable running) {
    this.bootstrapServers = bootstrapServers;
    this.running = running;
  }

  /**
   * Starts a broker and returns when it accepts requests.
   *
   * @param folder the folder for its data, if they are kept on this machine
   */
  static TestBroker start(Path folder) throws Exception {
    if (!Containers.areWanted()) {
      LocalKafka kafka = LocalKafka.start(folder, 0);
      return new TestBroker(kafka.bootstrapServers(), kafka);
    }
    KafkaContainer kafka =
        new KafkaContainer(
                DockerImageName.parse("apache/kafka").withTag(AppInfoParser.getVersion()))
            .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
            .withEnv("KAFKA_MESSAGE_MAX_BYTES", LARGEST_RECORD)
            .withEnv("KAFKA_REPLICA_FETCH_MAX_BYTES", LARGEST_RECORD)
            .withEnv("KAFKA_TRANSACTION_MAX_TIMEOUT_MS", "7200000");
    kafka.start();
    return new TestBroker(kafka.getBootstrapServers(), kafka);
  }

  /** Returns the address for clients, as {@code HOST:PORT}. */
  String bootstrapServers() {
    return bootstrapServers;
  }

  @Override
  public void close() throws Exception {
    running.close();
  }
}
