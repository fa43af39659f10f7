package io.groundstream.console.deadletters;

import io.groundstream.avro.Origin;
import io.groundstream.operators.kafka.KafkaClients;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Finds the original records that dead letters only point to. Not thread-safe. */
public final class SourceRecords implements AutoCloseable {
  private static final Pattern POSITION = Pattern.compile("(\\d{1,9}):(\\d{1,18})");
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final KafkaConsumer<byte[], byte[]> consumer;

  /**
   * @param clients makes the consumer
   */
  public SourceRecords(KafkaClients clients) {
    this.consumer =
        clients.consumer(
            "source-records",
            Map.of(
                "isolation.level", "read_committed",
                "enable.auto.commit", "false",
                "auto.offset.reset", "none",
                "max.poll.records", "1"));
  }

  /** Returns the record at a position, or null if it is not there any more. */
  public @Nullable ConsumerRecord<byte[], byte[]> find(Origin origin) {
    Matcher position = POSITION.matcher(origin.getPosition());
    if (!position.matches() || consumer.partitionsFor(origin.getName()).isEmpty()) {
      return null;
    }
    TopicPartition partition =
        new TopicPartition(origin.getName(), Integer.parseInt(position.group(1)));
    long offset = Long.parseLong(position.group(2));
    List<TopicPartition> one = List.of(partition);
    if (consumer.partitionsFor(origin.getName()).stream()
            .noneMatch(info -> info.partition() == partition.partition())
        || offset < consumer.beginningOffsets(one).getOrDefault(partition, 0L)
        || offset >= consumer.endOffsets(one).getOrDefault(partition, 0L)) {
      return null;
    }
    consumer.assign(one);
    consumer.seek(partition, offset);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (consumer.position(partition) <= offset && System.nanoTime() < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        // After compaction, this may be the record that follows it.
        return record.offset() == offset ? record : null;
      }
    }
    return null;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
