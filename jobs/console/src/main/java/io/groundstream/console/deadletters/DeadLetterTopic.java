package io.groundstream.console.deadletters;

import io.groundstream.avro.DeadLetter;
import io.groundstream.operators.kafka.KafkaClients;
import io.groundstream.schemas.ContractDecoder;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.RegistryUnavailableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The topic of dead letters as it was when it was opened: every reading finds the records that were
 * committed by then. Not thread-safe.
 */
public final class DeadLetterTopic implements AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Receives everything that is read. */
  public interface Reader {
    /** Receives a dead letter. */
    void letter(StoredDeadLetter letter) throws DeadLetterException;

    /** Receives the position of a record that is not a dead letter. */
    void undecodable(String position, String reason);

    /** Receives how many of the topic's records have been passed. */
    void progress(long done, long total);
  }

  private final String topic;
  private final ContractDecoder<DeadLetter> decoder;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final Map<TopicPartition, Long> starts;
  private final Map<TopicPartition, Long> ends;

  private DeadLetterTopic(
      String topic,
      ContractDecoder<DeadLetter> decoder,
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions) {
    this.topic = topic;
    this.decoder = decoder;
    this.consumer = consumer;
    this.partitions = partitions;
    this.starts = new HashMap<>(consumer.beginningOffsets(partitions));
    // Of committed records, as the consumer's isolation level says.
    this.ends = consumer.endOffsets(partitions);
  }

  /**
   * Opens the topic.
   *
   * @param clients makes the consumer
   * @param group the consumer group whose committed offsets are where reading begins; null for the
   *     beginning of the topic
   * @throws DeadLetterException if the topic does not exist
   */
  public static DeadLetterTopic open(
      KafkaClients clients,
      String topic,
      ContractDecoder<DeadLetter> decoder,
      @Nullable String group)
      throws DeadLetterException {
    Map<String, String> fixed = new HashMap<>();
    fixed.put("isolation.level", "read_committed");
    fixed.put("enable.auto.commit", "false");
    fixed.put("auto.offset.reset", "earliest");
    if (group != null) {
      fixed.put("group.id", group);
    }
    KafkaConsumer<byte[], byte[]> consumer = clients.consumer("dead-letters", fixed);
    boolean opened = false;
    try {
      List<PartitionInfo> infos = consumer.partitionsFor(topic);
      if (infos == null || infos.isEmpty()) {
        throw new DeadLetterException(
            "--topic: " + topic + " is not at " + clients.servers(), null);
      }
      List<TopicPartition> partitions =
          infos.stream().map(info -> new TopicPartition(topic, info.partition())).toList();
      consumer.assign(partitions);
      DeadLetterTopic open = new DeadLetterTopic(topic, decoder, consumer, partitions);
      if (group != null) {
        open.startAtCommitted();
      }
      opened = true;
      return open;
    } finally {
      if (!opened) {
        consumer.close();
      }
    }
  }

  private void startAtCommitted() {
    consumer
        .committed(Map.copyOf(starts).keySet())
        .forEach(
            (partition, committed) -> {
              if (committed != null) {
                starts.merge(partition, committed.offset(), Math::max);
              }
            });
  }

  /** Reads everything from where it was opened. */
  public void read(Reader reader) throws DeadLetterException, RegistryUnavailableException {
    starts.forEach(consumer::seek);
    long total = 0;
    for (TopicPartition partition : partitions) {
      total += Math.max(0, end(partition) - start(partition));
    }
    long lastProgress = System.nanoTime();
    long done = 0;
    while (done < total) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < end(new TopicPartition(topic, record.partition()))) {
          tell(reader, record);
        }
      }
      long before = done;
      done = 0;
      for (TopicPartition partition : partitions) {
        // The position also passes markers that are not records, such as ends of transactions.
        long position = Math.min(consumer.position(partition), end(partition));
        done += Math.max(0, position - start(partition));
      }
      reader.progress(done, total);
      if (done > before) {
        lastProgress = System.nanoTime();
      } else if (System.nanoTime() - lastProgress > PATIENCE.toNanos()) {
        throw new DeadLetterException(
            "The brokers have given nothing of " + topic + " for " + PATIENCE.toSeconds() + " s",
            null);
      }
    }
  }

  /** Reads what was written since it was opened, for as long as that is wanted. */
  public void follow(Reader reader, BooleanSupplier wanted)
      throws DeadLetterException, RegistryUnavailableException {
    ends.forEach(consumer::seek);
    while (wanted.getAsBoolean()) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        tell(reader, record);
      }
    }
  }

  /** Commits for the consumer group that everything is processed. */
  public void commit() {
    Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
    ends.forEach((partition, end) -> done.put(partition, new OffsetAndMetadata(end)));
    consumer.commitSync(done);
  }

  private void tell(Reader reader, ConsumerRecord<byte[], byte[]> record)
      throws DeadLetterException, RegistryUnavailableException {
    if (record.value() == null) {
      // A tombstone deletes a record of a compacted topic; it is not a dead letter.
      return;
    }
    DeadLetter letter;
    try {
      letter = decoder.decode(record.value());
    } catch (RecordException e) {
      reader.undecodable(
          record.partition() + ":" + record.offset(), String.valueOf(e.getMessage()));
      return;
    }
    reader.letter(new StoredDeadLetter(record.partition(), record.offset(), letter));
  }

  private long start(TopicPartition partition) {
    return starts.getOrDefault(partition, 0L);
  }

  private long end(TopicPartition partition) {
    return ends.getOrDefault(partition, 0L);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
