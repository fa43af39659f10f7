package io.groundstream.console.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.groundstream.jobs.cli.LocalServiceException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class LocalKafkaITCase {
  @TempDir Path folder;

  @Test
  void commitsTransactionsAndKeepsThemOverARestart() throws Exception {
    int port;
    try (LocalKafka kafka = LocalKafka.start(folder, 0)) {
      Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
      port = Integer.parseInt(kafka.bootstrapServers().replaceAll(".*:", ""));
      try (Admin admin = Admin.create(settings)) {
        admin.createTopics(List.of(new NewTopic("topic", 1, (short) 1))).all().get();
      }
      Map<String, Object> transactional =
          Map.of(
              "bootstrap.servers",
              kafka.bootstrapServers(),
              "transactional.id",
              "test",
              // Flink's default.
              "transaction.timeout.ms",
              "3600000");
      try (KafkaProducer<String, String> producer =
          new KafkaProducer<>(transactional, new StringSerializer(), new StringSerializer())) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("topic", "aborted")).get();
        producer.abortTransaction();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>("topic", "committed")).get();
        producer.commitTransaction();
      }
      assertThat(read(kafka)).containsExactly("committed");
    }
    try (LocalKafka again = LocalKafka.start(folder, port)) {
      assertThat(read(again)).containsExactly("committed");
      assertThat(again.failure().toCompletableFuture()).isNotDone();
    }
  }

  private static List<String> read(LocalKafka kafka) {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed");
    List<String> values = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      TopicPartition partition = new TopicPartition("topic", 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, -1L);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }

  @Test
  void aTakenPortIsNamed() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatExceptionOfType(LocalServiceException.class)
          .isThrownBy(() -> LocalKafka.start(folder, taken.getLocalPort()))
          .withMessageContaining("port of kafka: " + taken.getLocalPort() + " is taken");
    }
    assertThatExceptionOfType(LocalServiceException.class)
        .isThrownBy(() -> LocalKafka.start(folder, 70_000))
        .withMessageContaining("70000 (expected: 1 to 65535");
  }

  @Test
  void aFolderThatIsNoneIsNamed() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatExceptionOfType(LocalServiceException.class)
        .isThrownBy(() -> LocalKafka.start(file, 0))
        .withMessageContaining(file.toString());
  }
}
