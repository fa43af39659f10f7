package io.groundstream.operators.event;

import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;

/** Copies records without decoding them; never fails. */
final class EventRecordDeserializer implements KafkaRecordDeserializationSchema<EventRecord> {
  private static final long serialVersionUID = 1L;

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> in, Collector<EventRecord> out) {
    out.collect(record(in));
  }

  static EventRecord record(ConsumerRecord<byte[], byte[]> in) {
    EventRecord record = new EventRecord();
    record.setKey(in.key());
    record.setValue(in.value());
    Header[] headers = in.headers().toArray();
    String[] names = new String[headers.length];
    byte[][] values = new byte[headers.length][];
    for (int i = 0; i < headers.length; i++) {
      names[i] = headers[i].key();
      values[i] = headers[i].value();
    }
    record.setHeaderNames(names);
    record.setHeaderValues(values);
    record.setTopic(in.topic());
    record.setPartition(in.partition());
    record.setOffset(in.offset());
    record.setTimestamp(
        in.timestampType() == TimestampType.NO_TIMESTAMP_TYPE
            ? EventRecord.NO_TIMESTAMP
            : in.timestamp());
    return record;
  }

  @Override
  public TypeInformation<EventRecord> getProducedType() {
    return TypeInformation.of(EventRecord.class);
  }
}
