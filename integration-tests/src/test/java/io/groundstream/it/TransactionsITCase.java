package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import io.groundstream.kosmos2.program.DeviceSpec;
import io.groundstream.operators.grounding.GroundingModel;
import io.groundstream.operators.grounding.GroundingModelProvider;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.output.TransactionOwners;
import io.groundstream.operators.output.TransactionOwners.SharedPrefixException;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests how jobs affect each other and consumers through Kafka: two deployments side by side,
 * failing starts, jobs that never return, and empty partitions.
 */
@Timeout(900)
final class TransactionsITCase {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final int SLOTS = 12;

  @TempDir static Path directory;

  private static Brokers brokers;
  private static TestRegistry registry;
  private static LocalFlink flink;

  @BeforeAll
  static void start() throws Exception {
    brokers = Brokers.start(directory.resolve("kafka"), Path.of("target"), 1);
    registry = TestRegistry.start(directory.resolve("registry"));
    flink = LocalFlink.start(directory.resolve("flink"), SLOTS, 0);
    brokers.awaitReady();
  }

  @AfterAll
  static void stop() throws Exception {
    flink.close();
    registry.close();
    brokers.close();
  }

  private static JobTopics topics(String prefix) throws Exception {
    return JobTopics.create(prefix, brokers.bootstrapServers(), registry.url());
  }

  /** Returns the settings of a job with the default prefix. */
  private static Map<String, String> values(JobTopics topics, String group) {
    Map<String, String> values = new HashMap<>(topics.configuration());
    values.remove("kafka.transactional-id-prefix");
    values.put("kafka.group-id", group);
    values.put("kafka.bootstrap-servers", brokers.bootstrapServers());
    values.put("schema-registry.url", registry.url());
    values.put("model.checkpoint", ClusterITCase.CHECKPOINT.toAbsolutePath().toString());
    values.put("model.device", "cpu");
    values.put("job.parallelism", "2");
    values.put("job.checkpoint-interval", "500 ms");
    // A fenced producer must fail the job, so that the test sees it.
    values.put("flink.restart-strategy.type", "none");
    return values;
  }

  private static JobID submit(Map<String, String> values, GroundingModelProvider models)
      throws Exception {
    return flink.submit(EnrichmentJob.define(EnrichmentSettings.parse(values), models));
  }

  private static void publish(JobTopics topics, int from, int count) {
    for (int i = from; i < from + count; i++) {
      try {
        topics.publish(Events.event("event-" + i, "scene-000.jpg"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Test
  void twoDeploymentsDoNotFenceEachOther() throws Exception {
    try (JobTopics topics = topics("deployments")) {
      Map<String, String> one = values(topics, "deployment-one");
      JobID first = submit(one, new InstantModels());
      JobID second = submit(values(topics, "deployment-two"), new InstantModels());
      int published = 0;
      // Several checkpoints, in which both jobs have transactions.
      for (int round = 1; round <= 5; round++) {
        publish(topics, published, 6);
        published += 6;
        int expected = 2 * published;
        topics.readUntil(PATIENCE, () -> topics.images.size() >= expected);
      }
      topics.readWhatElseComes();

      assertThat(topics.images).hasSize(2 * published);
      assertThat(flink.isRunning(first)).isTrue();
      assertThat(flink.isRunning(second)).isTrue();
      flink.cancel(first);
      flink.cancel(second);
    }
  }

  @Test
  void aSecondDeploymentOfTheSameIsRefused() throws Exception {
    try (JobTopics topics = topics("twice")) {
      Map<String, String> values = values(topics, "twice");
      KafkaSettings kafka = EnrichmentSettings.parse(values).kafka();
      List<String> said = new ArrayList<>();
      TransactionOwners.checkAlone(kafka, INTERVAL, Duration.ofSeconds(4), said::add);
      assertThat(said).isEmpty();

      JobID job = submit(values, new InstantModels());
      AtomicBoolean stopped = new AtomicBoolean();
      Thread publisher =
          new Thread(
              () -> {
                for (int i = 0; !stopped.get(); i++) {
                  publish(topics, i, 1);
                  LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
                }
              });
      publisher.start();
      try {
        topics.readUntil(PATIENCE, () -> !topics.images.isEmpty());
        assertThatThrownBy(
                () ->
                    // A single check may fall between two transactions.
                    Eventually.holds(
                        PATIENCE,
                        "a refusal",
                        () -> {
                          TransactionOwners.checkAlone(
                              kafka, INTERVAL, Duration.ofSeconds(4), said::add);
                          return false;
                        }))
            .isInstanceOf(SharedPrefixException.class)
            .hasMessageContaining("kafka.transactional-id-prefix: " + kafka.transactionalIdPrefix())
            .hasMessageContaining("kafka.group-id");
      } finally {
        stopped.set(true);
        publisher.join();
      }
      assertThat(said).isNotEmpty();
      flink.cancel(job);
    }
  }

  @Test
  void whatADeadDeploymentLeftOpenIsNoReasonToRefuse() throws Exception {
    try (JobTopics topics = topics("dead")) {
      KafkaSettings kafka = EnrichmentSettings.parse(values(topics, "dead")).kafka();
      try (KafkaProducer<byte[], byte[]> producer =
          producer(Map.of("transactional.id", kafka.transactionalIdPrefix() + "-0-7"))) {
        producer.initTransactions();
        producer.beginTransaction();
        producer.send(new ProducerRecord<>(topics.images(), new byte[1])).get();
        List<String> said = new ArrayList<>();
        TransactionOwners.checkAlone(kafka, INTERVAL, Duration.ofSeconds(4), said::add);
        assertThat(said).hasSize(1);
      }
    }
  }

  @Test
  void aStartThatFailsLeavesNoTransactionOpen() throws Exception {
    try (JobTopics topics = topics("failing");
        Transactions transactions = new Transactions(brokers.bootstrapServers(), topics.images())) {
      publish(topics, 0, 12);
      JobID job = submit(values(topics, "failing"), new SecondFails());
      // The first subtask writes, and nothing is committed until the second one has started.
      Eventually.holds(PATIENCE, "an open transaction", transactions::areOpen);
      SecondFails.GO_ON.countDown();

      assertThat(flink.result(job).getSerializedThrowable()).isPresent();
      // Far below the 15 minutes after which brokers would abort it.
      Eventually.holds(PATIENCE, "an end of transactions", () -> !transactions.areOpen());
    }
  }

  /** Models of which the second fails to open, at a moment that the test chooses. */
  private static final class SecondFails implements GroundingModelProvider {
    private static final long serialVersionUID = 1L;
    private static final AtomicInteger OPENED = new AtomicInteger();
    private static final CountDownLatch GO_ON = new CountDownLatch(1);

    @Override
    public GroundingModel open(DeviceSpec device) throws Exception {
      if (OPENED.incrementAndGet() == 2) {
        GO_ON.await();
        throw new IllegalStateException("requested by a test");
      }
      return new InstantModels().open(device);
    }
  }

  @Test
  void aJobThatNeverComesBackBlocksConsumersNoLongerThanItsTimeout() throws Exception {
    try (JobTopics topics = topics("gone");
        Transactions transactions = new Transactions(brokers.bootstrapServers(), topics.images())) {
      Map<String, String> values = values(topics, "gone");
      values.put("job.checkpoint-interval", "3 s");
      values.put("kafka.transaction-timeout", "5 s");
      Path mischief = directory.resolve("mischief");
      FaultyModels.write(mischief, FaultyModels.Mischief.NONE);
      List<String> arguments = new ArrayList<>(List.of(mischief.toString()));
      values.forEach((key, value) -> arguments.add(key + "=" + value));
      Path configuration = Files.createDirectories(directory.resolve("gone"));
      FlinkCluster.write(configuration.resolve("config.yaml"), Map.of());
      try (FlinkProcess job =
          LocalProcess.start(
              configuration,
              Path.of("target", "gone.log"),
              Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                  .map(Path::of)
                  .toList(),
              List.of(
                  "-Xmx384m",
                  "-Dai.djl.offline=true",
                  "-DRUST_FLAVOR=cpu",
                  "--add-opens=java.base/java.util=ALL-UNNAMED",
                  "--add-opens=java.base/java.lang=ALL-UNNAMED"),
              FaultyEnrichMain.class.getName(),
              arguments)) {
        AtomicInteger published = new AtomicInteger();
        Eventually.holds(
            PATIENCE,
            "an open transaction of " + job,
            () -> {
              publish(topics, published.getAndIncrement(), 1);
              job.freeze();
              if (transactions.areOpen()) {
                return true;
              }
              job.thaw();
              Thread.sleep(200);
              return false;
            });
        job.kill();
        assertThat(transactions.areOpen()).isTrue();
        // Far below the 15 minutes of the default.
        Eventually.holds(PATIENCE, "consumers that go on", () -> !transactions.areOpen());
      }
    }
  }

  @Test
  void partitionsMayBeEmptyFewAndNew() throws Exception {
    try (JobTopics topics = topics("partitions");
        Admin admin = Admin.create(Map.of("bootstrap.servers", brokers.bootstrapServers()));
        // The producer must learn of new partitions quickly.
        KafkaProducer<byte[], byte[]> producer = producer(Map.of("metadata.max.age.ms", 500))) {
      Map<String, String> values = values(topics, "partitions");
      // More subtasks than partitions, one of which stays empty.
      values.put("job.parallelism", "3");
      values.put("properties.partition.discovery.interval.ms", "500");
      JobID job = submit(values, new InstantModels());
      for (int i = 0; i < 6; i++) {
        producer.send(event(topics, "event-" + i, /* partition= */ 0)).get();
      }
      topics.readUntil(PATIENCE, () -> topics.images.size() >= 6);
      awaitCommitted(admin, topics, /* partition= */ 0, 6);

      admin.createPartitions(Map.of(topics.events(), NewPartitions.increaseTo(4))).all().get();
      Eventually.holds(
          PATIENCE, "four partitions", () -> producer.partitionsFor(topics.events()).size() == 4);
      producer.send(event(topics, "event-6", /* partition= */ 3)).get();
      topics.readUntil(PATIENCE, () -> topics.images.size() >= 7);
      awaitCommitted(admin, topics, /* partition= */ 3, 1);
      topics.readWhatElseComes();

      assertThat(topics.images).hasSize(7);
      assertThat(flink.isRunning(job)).isTrue();
      flink.cancel(job);
    }
  }

  private static ProducerRecord<byte[], byte[]> event(JobTopics topics, String id, int partition)
      throws Exception {
    return new ProducerRecord<>(
        topics.events(), partition, null, topics.encode(Events.event(id, "scene-000.jpg")));
  }

  private static KafkaProducer<byte[], byte[]> producer(Map<String, Object> more) {
    Map<String, Object> properties = new HashMap<>(more);
    properties.put("bootstrap.servers", brokers.bootstrapServers());
    return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static void awaitCommitted(Admin admin, JobTopics topics, int partition, long offset)
      throws Exception {
    Eventually.holds(
        PATIENCE,
        "a committed offset of partition " + partition,
        () -> {
          OffsetAndMetadata committed =
              admin
                  .listConsumerGroupOffsets("partitions")
                  .partitionsToOffsetAndMetadata()
                  .get()
                  .get(new TopicPartition(topics.events(), partition));
          return committed != null && committed.offset() == offset;
        });
  }
}
