package io.groundstream.operators.kafka;

import java.io.Serializable;
import java.util.List;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.jspecify.annotations.Nullable;

/**
 * The rights that a job, or a part of it, needs at its brokers.
 *
 * @param reads topics to read
 * @param readsMatching also read topics that match; null if none
 * @param writes topics to write
 * @param group the consumer group whose offsets are looked up and committed; null if none
 * @param transactionalIdPrefix the start of the names of transactions; null if there are none
 */
public record KafkaNeeds(
    List<String> reads,
    @Nullable EventTopics readsMatching,
    List<String> writes,
    @Nullable String group,
    @Nullable String transactionalIdPrefix)
    implements Serializable {

  public KafkaNeeds {
    reads = List.copyOf(reads);
    writes = List.copyOf(writes);
  }

  public KafkaNeeds(
      List<String> reads,
      List<String> writes,
      @Nullable String group,
      @Nullable String transactionalIdPrefix) {
    this(reads, null, writes, group, transactionalIdPrefix);
  }

  /** Returns what an enrichment job needs. */
  public static KafkaNeeds ofEnrichment(KafkaSettings settings) {
    return new KafkaNeeds(
        settings.events().names(),
        settings.events(),
        results(settings),
        settings.groupId(),
        prefix(settings));
  }

  /** Returns what a backfill to Kafka needs: it writes what an enrichment job writes. */
  public static KafkaNeeds ofBackfill(KafkaSettings settings) {
    return new KafkaNeeds(List.of(), results(settings), null, prefix(settings));
  }

  /** Returns what an index job needs. */
  public static KafkaNeeds ofIndex(KafkaSettings settings) {
    return new KafkaNeeds(
        List.of(settings.imagesTopic(), settings.phrasesTopic()),
        List.of(settings.deadLettersTopic()),
        settings.groupId(),
        prefix(settings));
  }

  /** Returns what a source of topics needs. */
  public static KafkaNeeds ofSource(KafkaSettings settings, EventTopics topics) {
    return new KafkaNeeds(topics.names(), topics, List.of(), settings.groupId(), null);
  }

  /** Returns the topics that all jobs that ground images write. */
  private static List<String> results(KafkaSettings settings) {
    return List.of(settings.imagesTopic(), settings.phrasesTopic(), settings.deadLettersTopic());
  }

  private static @Nullable String prefix(KafkaSettings settings) {
    return settings.deliveryGuarantee() == DeliveryGuarantee.EXACTLY_ONCE
        ? settings.transactionalIdPrefix()
        : null;
  }
}
