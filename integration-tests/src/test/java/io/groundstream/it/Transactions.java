package io.groundstream.it;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The transactions of a broker, and their records in one topic. Not thread-safe. */
final class Transactions implements AutoCloseable {
  private final Admin admin;
  private final String bootstrapServers;
  private final List<TopicPartition> partitions;

  Transactions(String bootstrapServers, String topic) throws Exception {
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    this.bootstrapServers = bootstrapServers;
    this.partitions =
        admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
            .flatMap(description -> description.partitions().stream())
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .toList();
  }

  /** Returns whether the topic has records whose transaction is neither committed nor aborted. */
  boolean areOpen() throws Exception {
    // Records written between the two answers may cause a false positive; callers that must be sure
    // freeze the writers.
    return !ends(IsolationLevel.READ_COMMITTED).equals(ends(IsolationLevel.READ_UNCOMMITTED));
  }

  /** Returns the identifiers of all open transactions of the broker that contain records. */
  Set<String> openIds() throws Exception {
    return admin
        .listTransactions(
            new ListTransactionsOptions().filterStates(Set.of(TransactionState.ONGOING)))
        .all()
        .get()
        .stream()
        .map(TransactionListing::transactionalId)
        .collect(Collectors.toSet());
  }

  private Map<TopicPartition, Long> ends(IsolationLevel isolation) throws Exception {
    return admin
        .listOffsets(
            partitions.stream()
                .collect(Collectors.toMap(Function.identity(), any -> OffsetSpec.latest())),
            new ListOffsetsOptions(isolation))
        .all()
        .get()
        .entrySet()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
  }

  /** Returns the number of records in the topic, including uncommitted ones. */
  int recordCount() throws Exception {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrapServers, "isolation.level", "read_uncommitted"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = ends(IsolationLevel.READ_UNCOMMITTED);
      int records = 0;
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        records += consumer.poll(Duration.ofMillis(200)).count();
      }
      return records;
    }
  }

  @Override
  public void close() {
    admin.close();
  }
}
