package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.console.embedded.LocalKafka;
import io.groundstream.jobs.cli.ExitCodes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Samples topics whose offsets are mostly not those of records. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventSampleITCase {
  private static final byte[] JPEG = {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 0, 16};

  @TempDir static Path folder;

  private LocalKafka kafka;
  private Admin admin;

  @BeforeAll
  void start() throws Exception {
    kafka = LocalKafka.start(folder, 0);
    admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  @AfterAll
  void stop() {
    admin.close();
    kafka.close();
  }

  /** Creates a topic in which each record is followed by markers of aborted transactions. */
  private void create(String topic, int records, int markers) throws Exception {
    admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka.bootstrapServers(), "transactional.id", topic),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.initTransactions();
      for (int i = 0; i < records; i++) {
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topic, JPEG)).get();
        producer.commitTransaction();
        for (int j = 0; j < markers; j++) {
          producer.beginTransaction();
          producer.send(new ProducerRecord<>(topic, JPEG)).get();
          producer.abortTransaction();
        }
      }
    }
  }

  private void commit(String topic, long offset) throws Exception {
    admin
        .alterConsumerGroupOffsets(
            "group-" + topic, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset)))
        .all()
        .get();
  }

  private CommandRun sample(String topic, int count) {
    return CommandRun.groundstream(
        "enrich",
        "--check",
        "--sample",
        Integer.toString(count),
        "--json",
        "-Dkafka.bootstrap-servers=" + kafka.bootstrapServers(),
        "-Dschema-registry.url=http://127.0.0.1:1",
        "-Dmodel.checkpoint=" + Path.of("..", "..", "model-serving", "demo-checkpoint"),
        "-Dkafka.topics.events=" + topic,
        "-Dkafka.group-id=group-" + topic,
        "-Devents.format=image");
  }

  @Test
  void theLastRecordsAreFoundBehindMarkers() throws Exception {
    create("read", 10, 6);
    // Two offsets for each transaction: the record's and its marker's.
    commit("read", 10 * 7 * 2);
    CommandRun run = sample("read", 5);
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
    assertThat(run.out().lines()).hasSize(5);
    assertThat(run.err()).doesNotContain("of 5 records");
  }

  @Test
  void offsetsThatAreNewButHoldNoRecordsAreNotNewRecords() throws Exception {
    create("markers", 3, 1);
    // All that follows is aborted.
    commit("markers", 2 * 2 * 2 + 2);
    CommandRun run = sample("markers", 3);
    assertThat(run.out().lines()).hasSize(3);
  }

  @Test
  void fewerRecordsAreExplained() throws Exception {
    create("few", 4, 0);
    commit("few", 4);
    CommandRun fresh = sample("few", 5);
    assertThat(fresh.out().lines()).hasSize(2);
    assertThat(fresh.err()).contains("few: 2 of 5 records: the job has read all others");
    commit("few", 8);
    CommandRun all = sample("few", 5);
    assertThat(all.out().lines()).hasSize(4);
    assertThat(all.err()).contains("few: 4 of 5 records: the topic has no more that are committed");
  }
}
