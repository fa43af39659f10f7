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

/** The transactions of a broker, and what one topic holds of them. For one thread. */
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

  /** Whether records lie in the topic whose transaction is neither committed nor aborted. */
  boolean areOpen() throws Exception {
    // What is written between the two answers may make for a false alarm; who has to be sure
    // freezes the writers.
    return !ends(IsolationLevel.READ_COMMITTED).equals(ends(IsolationLevel.READ_UNCOMMITTED));
  }

  /** Returns the identifiers of all transactions of the broker that have written and are open. */
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

  /** Returns how many records the topic holds, those that were not committed included. */
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
