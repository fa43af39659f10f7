package io.groundstream.console.view;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.schemas.ContractDecoder;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import io.groundstream.schemas.SchemaRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the three topics that a job writes, in its own thread, and passes each record on. It
 * waits for brokers and a registry that do not answer; a record that cannot be read is counted.
 */
final class ResultReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ResultReader.class);
  private static final Duration POLL = Duration.ofMillis(250);
  private static final Duration PARTITIONS_EVERY = Duration.ofSeconds(30);
  private static final long PAUSE_MILLIS = 1_000;

  private final KafkaAccess kafka;
  private final StartFrom start;
  private final Problems health;
  private final Receiver receiver;
  private final ContractDecoder<GroundedImage> images;
  private final ContractDecoder<GroundedPhrase> phrases;
  private final ContractDecoder<DeadLetter> deadLetters;

  /** Where to continue after a consumer has failed. */
  private final Map<TopicPartition, Long> positions = new HashMap<>();

  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "view-results");
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /** Receives what is read, in the reader's thread. */
  interface Receiver {
    void image(GroundedImage image);

    void phrase(GroundedPhrase phrase);

    void deadLetter(DeadLetter letter);

    /** Receives the place of a record that cannot be read. */
    void unreadable(String place, String why);
  }

  ResultReader(
      KafkaAccess kafka,
      SchemaRegistry registry,
      StartFrom start,
      Problems health,
      Receiver receiver) {
    this.kafka = kafka;
    this.start = start;
    this.health = health;
    this.receiver = receiver;
    images = new ContractDecoder<>(registry, GroundedImage.class);
    phrases = new ContractDecoder<>(registry, GroundedPhrase.class);
    deadLetters = new ContractDecoder<>(registry, DeadLetter.class);
    thread.setDaemon(true);
  }

  /**
   * Finds where to begin, so that nothing written after this is missed, and starts the thread.
   *
   * @throws KafkaException if brokers give no answer
   */
  void start() {
    KafkaConsumer<byte[], byte[]> first = kafka.consumer(settings());
    consumer = first;
    try {
      seekToStart(first, assignAll(first));
    } catch (KafkaException e) {
      first.close();
      throw e;
    }
    thread.start();
  }

  private Map<String, String> settings() {
    return Map.of("auto.offset.reset", start.age() == null ? "earliest" : "latest");
  }

  private List<TopicPartition> assignAll(KafkaConsumer<byte[], byte[]> current) {
    KafkaSettings topics = kafka.settings();
    List<TopicPartition> all = new ArrayList<>();
    all.addAll(KafkaAccess.partitions(current, topics.imagesTopic()));
    all.addAll(KafkaAccess.partitions(current, topics.phrasesTopic()));
    all.addAll(KafkaAccess.partitions(current, topics.deadLettersTopic()));
    current.assign(all);
    return all;
  }

  private void seekToStart(KafkaConsumer<byte[], byte[]> current, List<TopicPartition> all) {
    Duration age = start.age();
    if (age == null) {
      current.seekToBeginning(all);
    } else {
      current.seekToEnd(all);
      if (!age.isZero()) {
        Map<TopicPartition, Long> times = new HashMap<>();
        long from = Math.max(0, System.currentTimeMillis() - age.toMillis());
        all.forEach(partition -> times.put(partition, from));
        Map<TopicPartition, OffsetAndTimestamp> found = current.offsetsForTimes(times);
        found.forEach(
            (partition, place) -> {
              if (place != null) {
                current.seek(partition, place.offset());
              }
            });
      }
    }
    // A consumer seeks only when its position is read.
    for (TopicPartition partition : all) {
      positions.put(partition, current.position(partition));
    }
  }

  private void run() {
    while (!isClosing()) {
      try {
        read(open());
      } catch (WakeupException | InterruptException e) {
        break;
      } catch (KafkaException e) {
        LOG.warn("The topics cannot be read: {}", e.toString());
        health.set(
            Health.Part.KAFKA,
            "Kafka at " + kafka.settings().bootstrapServers() + ": " + e.getMessage());
        closeConsumer();
        pause();
      } catch (RuntimeException e) {
        LOG.error("Results are read again from where this happened", e);
        closeConsumer();
        pause();
      }
    }
    closeConsumer();
  }

  private KafkaConsumer<byte[], byte[]> open() {
    KafkaConsumer<byte[], byte[]> current = consumer;
    if (current == null) {
      current = kafka.consumer(settings());
      consumer = current;
      take(current, assignAll(current));
    }
    return current;
  }

  /** Continues where reading stopped; a new partition is read from its beginning. */
  private void take(KafkaConsumer<byte[], byte[]> current, List<TopicPartition> all) {
    for (TopicPartition partition : all) {
      Long position = positions.get(partition);
      if (position == null) {
        current.seekToBeginning(List.of(partition));
      } else {
        current.seek(partition, position);
      }
    }
  }

  private void read(KafkaConsumer<byte[], byte[]> current) {
    long partitionsAt = System.nanoTime();
    while (!isClosing()) {
      for (ConsumerRecord<byte[], byte[]> record : current.poll(POLL)) {
        handle(record);
        positions.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
      }
      if (System.nanoTime() - partitionsAt > PARTITIONS_EVERY.toNanos()) {
        partitionsAt = System.nanoTime();
        take(current, assignAll(current));
      }
    }
  }

  private void handle(ConsumerRecord<byte[], byte[]> record) {
    while (!isClosing()) {
      try {
        decode(record);
        health.set(Health.Part.REGISTRY, null);
        return;
      } catch (RecordException e) {
        receiver.unreadable(
            record.topic() + " " + record.partition() + ":" + record.offset(),
            String.valueOf(e.getMessage()));
        return;
      } catch (RegistryUnavailableException e) {
        health.set(Health.Part.REGISTRY, "The Schema Registry gives no answer: " + e.getMessage());
        pause();
      }
    }
  }

  private void decode(ConsumerRecord<byte[], byte[]> record)
      throws RecordException, RegistryUnavailableException {
    if (record.value() == null) {
      // A tombstone, where a topic is compacted.
      return;
    }
    KafkaSettings topics = kafka.settings();
    if (record.topic().equals(topics.imagesTopic())) {
      receiver.image(images.decode(record.value()));
    } else if (record.topic().equals(topics.phrasesTopic())) {
      receiver.phrase(phrases.decode(record.value()));
    } else {
      receiver.deadLetter(deadLetters.decode(record.value()));
    }
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  private void pause() {
    try {
      boolean unused = closing.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      closing.countDown();
    }
  }

  private void closeConsumer() {
    KafkaConsumer<byte[], byte[]> current = consumer;
    consumer = null;
    if (current != null) {
      try {
        current.close();
      } catch (KafkaException e) {
        LOG.debug("A consumer did not close in good order", e);
      }
    }
  }

  @Override
  public void close() {
    closing.countDown();
    KafkaConsumer<byte[], byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
    Threads.join(thread);
  }
}
