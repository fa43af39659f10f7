package io.groundstream.operators.output;

import io.groundstream.operators.kafka.KafkaSettings;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Maps each record to a producer record for its topic; the bytes are already encoded. */
final class OutputRecordSerializer implements KafkaRecordSerializationSchema<OutputRecord> {
  private static final long serialVersionUID = 1L;

  private final String imagesTopic;
  private final String phrasesTopic;
  private final String deadLettersTopic;

  OutputRecordSerializer(KafkaSettings settings) {
    this.imagesTopic = settings.imagesTopic();
    this.phrasesTopic = settings.phrasesTopic();
    this.deadLettersTopic = settings.deadLettersTopic();
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      OutputRecord record, KafkaSinkContext context, Long timestamp) {
    return toProducerRecord(record);
  }

  ProducerRecord<byte[], byte[]> toProducerRecord(OutputRecord record) {
    List<Header> headers = new ArrayList<>();
    for (int i = 0; i < record.getHeaderNames().length; i++) {
      headers.add(new RecordHeader(record.getHeaderNames()[i], record.getHeaderValues()[i]));
    }
    byte[] value = record.isTombstone() ? null : record.getValue();
    return new ProducerRecord<>(
        topic(record.getTopic()), null, null, record.getKey(), value, headers);
  }

  private String topic(OutputTopic topic) {
    return switch (topic) {
      case IMAGES -> imagesTopic;
      case PHRASES -> phrasesTopic;
      case DEAD_LETTERS -> deadLettersTopic;
    };
  }
}
