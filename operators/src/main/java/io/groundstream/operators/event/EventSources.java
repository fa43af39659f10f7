package io.groundstream.operators.event;

import io.groundstream.operators.kafka.EventTopics;
import io.groundstream.operators.kafka.GuardedKafkaSource;
import io.groundstream.operators.kafka.KafkaClients;
import io.groundstream.operators.kafka.KafkaOptions.StartingOffsets;
import io.groundstream.operators.kafka.KafkaSettings;
import java.util.List;
import java.util.Properties;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceBuilder;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/** Creates sources of image events. */
public final class EventSources {
  private EventSources() {}

  /**
   * Returns a source of the topics of events. It continues from a checkpoint or else from the
   * consumer group's offsets, and reads only committed records unless {@code
   * properties.isolation.level} says otherwise.
   */
  @SuppressWarnings("deprecation") // The connector still takes Kafka's old enum.
  public static GuardedKafkaSource<EventRecord> kafka(KafkaSettings settings) {
    OffsetResetStrategy reset =
        settings.startingOffsets() == StartingOffsets.LATEST
            ? OffsetResetStrategy.LATEST
            : OffsetResetStrategy.EARLIEST;
    return source(settings, settings.events(), OffsetsInitializer.committedOffsets(reset));
  }

  /**
   * Returns a source of any topic that continues from a checkpoint or else starts as {@code
   * kafka.starting-offsets} says, regardless of the consumer group's offsets. It is for jobs that
   * have to read everything again if they start without state.
   */
  public static GuardedKafkaSource<EventRecord> replayed(KafkaSettings settings, String topic) {
    return source(
        settings,
        new EventTopics(List.of(topic), null),
        settings.startingOffsets() == StartingOffsets.LATEST
            ? OffsetsInitializer.latest()
            : OffsetsInitializer.earliest());
  }

  /** Returns a record of Kafka as the sources do, without decoding it. */
  public static EventRecord record(ConsumerRecord<byte[], byte[]> record) {
    return EventRecordDeserializer.record(record);
  }

  private static GuardedKafkaSource<EventRecord> source(
      KafkaSettings settings, EventTopics topics, OffsetsInitializer start) {
    Properties properties = KafkaClients.of(settings).consumerProperties();
    properties.putIfAbsent(
        KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(),
        Long.toString(settings.discoveryInterval().toMillis()));
    KafkaSourceBuilder<EventRecord> source =
        KafkaSource.<EventRecord>builder()
            .setBootstrapServers(settings.bootstrapServers())
            .setGroupId(settings.groupId())
            .setStartingOffsets(start)
            .setDeserializer(new EventRecordDeserializer())
            .setProperties(properties);
    if (topics.pattern() == null) {
      source.setTopics(topics.names());
    } else {
      source.setTopicPattern(topics.asPattern());
    }
    return new GuardedKafkaSource<>(source.build(), settings, topics);
  }
}
