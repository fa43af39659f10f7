package io.groundstream.operators.output;

import io.groundstream.operators.kafka.GuardedKafkaSink;
import io.groundstream.operators.kafka.KafkaClients;
import io.groundstream.operators.kafka.KafkaSettings;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;

/** Creates the sinks for a job's results. */
public final class OutputSinks {
  private static final String TRANSACTION_TIMEOUT = "transaction.timeout.ms";
  private static final String MAX_REQUEST_SIZE = "max.request.size";

  /** The producer's own default of {@code buffer.memory}. */
  private static final int BUFFER_BYTES = 32 * 1024 * 1024;

  private OutputSinks() {}

  /** Returns the sink for all results of a job. */
  public static Sink<OutputRecord> of(OutputSettings settings) {
    return settings instanceof FileOutput files
        ? FileSinks.of(files)
        : kafka(((KafkaOutput) settings).kafka());
  }

  /**
   * Returns one sink for all three topics. With exactly-once delivery, all records of an event are
   * in one transaction, which is committed with the checkpoint that holds the event's offset, so
   * that an event is never visible in part.
   */
  public static GuardedKafkaSink<OutputRecord> kafka(KafkaSettings settings) {
    return kafka(
        settings,
        List.of(settings.imagesTopic(), settings.phrasesTopic(), settings.deadLettersTopic()));
  }

  /** Returns a sink for dead letters only. */
  public static GuardedKafkaSink<OutputRecord> deadLetters(KafkaSettings settings) {
    return kafka(settings, List.of(settings.deadLettersTopic()));
  }

  private static GuardedKafkaSink<OutputRecord> kafka(KafkaSettings settings, List<String> topics) {
    Properties properties = producerProperties(settings);
    KafkaSinkBuilder<OutputRecord> builder =
        KafkaSink.<OutputRecord>builder()
            .setBootstrapServers(settings.bootstrapServers())
            .setDeliveryGuarantee(settings.deliveryGuarantee())
            .setRecordSerializer(new OutputRecordSerializer(settings));
    if (settings.deliveryGuarantee() == DeliveryGuarantee.EXACTLY_ONCE) {
      // Flink's default of an hour exceeds what brokers allow.
      properties.setProperty(
          TRANSACTION_TIMEOUT, Long.toString(settings.transactionTimeout().toMillis()));
      builder.setTransactionalIdPrefix(settings.transactionalIdPrefix());
    }
    return new GuardedKafkaSink<>(
        builder.setKafkaProducerConfig(properties).build(), settings, topics);
  }

  /** Returns settings with which the producer takes the largest record. */
  static Properties producerProperties(KafkaSettings settings) {
    Properties properties = KafkaClients.of(settings).producerProperties();
    int request = settings.maxRequestBytes();
    properties.setProperty(MAX_REQUEST_SIZE, Integer.toString(request));
    properties.putIfAbsent(
        KafkaSettings.BUFFER_MEMORY, Integer.toString(Math.max(request, BUFFER_BYTES)));
    return properties;
  }
}
