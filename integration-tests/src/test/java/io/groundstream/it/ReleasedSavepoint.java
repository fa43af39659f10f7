package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.ImageEvent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writes the savepoint of a release, from which later releases must start: the packaged job,
 * stopped while the model hangs on every event. Run only by name, with {@code
 * -Dreleased.version=v3}. The files below {@link #FOLDER} are committed and never changed. {@link
 * ReleasedSavepointITCase} restores all of them.
 */
class ReleasedSavepoint {
  static final Path FOLDER = Path.of("src", "test", "resources", "released-savepoints");

  /** The number of events in the state, which were the first of their topic. */
  static final int EVENTS = 6;

  private static final int PARTITIONS = 2;

  @TempDir private Path folder;

  /** Returns the identifiers of the events, which are also those of their images. */
  static List<String> events() {
    return IntStream.range(0, EVENTS).mapToObj(index -> "in-flight-" + index).toList();
  }

  private static ImageEvent event(String id) throws IOException {
    return ImageEvent.newBuilder()
        .setEventId(id)
        .setImageBytes(ByteBuffer.wrap(PretendedJob.image("png")))
        .build();
  }

  /** Publishes events to the partitions in turn. */
  static void publish(String brokers, JobTopics topics, List<String> ids) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", brokers),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (int i = 0; i < ids.size(); i++) {
        String id = ids.get(i);
        producer
            .send(
                new ProducerRecord<>(
                    topics.events(),
                    i % PARTITIONS,
                    id.getBytes(StandardCharsets.UTF_8),
                    topics.encode(event(id))))
            .get();
      }
    }
  }

  @Test
  void writes() throws Exception {
    Path target = FOLDER.resolve(System.getProperty("released.version"));
    assertThat(target).as("a released savepoint, which must never change").doesNotExist();
    try (FaultyDeployment deployment =
        FaultyDeployment.start(folder, Path.of("target", "fault-logs"), /* brokerCount= */ 1)) {
      deployment.behave(FaultyModels.Mischief.HANG);
      JobTopics topics = deployment.topics();
      publish(deployment.brokers().bootstrapServers(), topics, events());
      // Waits until the events are in the operator's state.
      long before = Checkpoints.lastComplete(deployment.checkpoints());
      Thread.sleep(10_000);
      Eventually.holds(
          FaultyDeployment.PATIENCE,
          "another checkpoint",
          () -> Checkpoints.lastComplete(deployment.checkpoints()) > before + 1);
      Path savepoint = deployment.stop();
      Files.createDirectories(target);
      try (Stream<Path> files = Files.list(savepoint)) {
        for (Path file : files.toList()) {
          Files.copy(file, target.resolve(file.getFileName()));
        }
      }
    }
  }
}
