package io.groundstream.console.view;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/** Reads single records of the events topic, wherever they are. For one thread. */
final class EventRecords implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(500);

  private final KafkaAccess kafka;
  private final Map<TopicPartition, Long> positions = new HashMap<>();
  private final Set<TopicPartition> assigned = new HashSet<>();
  private final AtomicBoolean ending = new AtomicBoolean();
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  EventRecords(KafkaAccess kafka) {
    this.kafka = kafka;
  }

  /** Kafka gives no answer at the moment. */
  static final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnavailableException(String message) {
      super(message);
    }
  }

  /**
   * Returns the value of the record at a place, or null if there is none (any more).
   *
   * @throws UnavailableException if Kafka gives no answer
   */
  @Nullable ConsumerRecord<byte[], byte[]> read(TopicPartition partition, long offset)
      throws UnavailableException {
    if (ending.get()) {
      throw new UnavailableException("the page is closing");
    }
    try {
      return poll(open(partition), partition, offset);
    } catch (OffsetOutOfRangeException e) {
      positions.remove(partition);
      return null;
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) {
      close();
      throw new UnavailableException(String.valueOf(e.getMessage()));
    }
  }

  private KafkaConsumer<byte[], byte[]> open(TopicPartition partition) throws UnavailableException {
    KafkaConsumer<byte[], byte[]> current = consumer;
    if (current == null) {
      current =
          kafka.consumer(
              Map.of(
                  // One record; later ones are read only as far as one fetch brings them along.
                  "max.poll.records", "1", "auto.offset.reset", "none"));
      consumer = current;
    }
    if (!assigned.contains(partition)) {
      List<TopicPartition> all = KafkaAccess.partitions(current, partition.topic());
      if (!all.contains(partition)) {
        throw new UnavailableException("there is no partition " + partition);
      }
      assigned.addAll(all);
      current.assign(all);
      current.pause(all);
      // A consumer needs a position even in a partition that is paused.
      for (TopicPartition each : all) {
        current.seek(each, 0);
        positions.put(each, 0L);
      }
    }
    return current;
  }

  private @Nullable ConsumerRecord<byte[], byte[]> poll(
      KafkaConsumer<byte[], byte[]> current, TopicPartition partition, long offset)
      throws UnavailableException {
    if (positions.getOrDefault(partition, -1L) != offset) {
      current.seek(partition, offset);
      positions.put(partition, offset);
    }
    current.resume(List.of(partition));
    try {
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (System.nanoTime() < deadline) {
        for (ConsumerRecord<byte[], byte[]> record : current.poll(POLL)) {
          positions.put(partition, record.offset() + 1);
          // After compaction or an abort this may be a later record.
          return record.offset() == offset ? record : null;
        }
      }
    } finally {
      current.pause(List.of(partition));
    }
    throw new UnavailableException(
        "Kafka at " + kafka.settings().bootstrapServers() + " gives no answer");
  }

  /** Ends a read that is under way, and all later ones; for other threads. */
  void wakeUp() {
    ending.set(true);
    KafkaConsumer<byte[], byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
  }

  @Override
  public void close() {
    KafkaConsumer<byte[], byte[]> current = consumer;
    consumer = null;
    assigned.clear();
    positions.clear();
    if (current != null) {
      try {
        current.close();
      } catch (WakeupException e) {
        // It ends anyway.
      }
    }
  }
}
