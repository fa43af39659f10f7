package io.groundstream.operators.event;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.Origin;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.java.typeutils.runtime.PojoSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

class EventRecordTest {
  private static TypeSerializer<EventRecord> serializer() {
    SerializerConfigImpl config = new SerializerConfigImpl();
    config.setGenericTypes(false);
    return TypeInformation.of(EventRecord.class).createSerializer(config);
  }

  private static EventRecord throughState(EventRecord record) throws IOException {
    DataOutputSerializer out = new DataOutputSerializer(64);
    serializer().serialize(record, out);
    return serializer().deserialize(new DataInputDeserializer(out.getCopyOfBuffer()));
  }

  @Test
  void isAPojoWhoseFieldsAreAllDeclared() {
    assertThat(serializer()).isInstanceOf(PojoSerializer.class);
    assertThat(TypeInformation.of(EventRecord.class).getTotalFields()).isEqualTo(19);
  }

  @Property
  void survivesStateToTheLastByte(@ForAll byte[] value, @ForAll String header, @ForAll long offset)
      throws IOException {
    EventRecord record = new EventRecord();
    record.setValue(value.length % 5 == 0 ? null : value);
    record.setHeaderNames(new String[] {header, header});
    record.setHeaderValues(new byte[][] {value, null});
    record.setTopic("events");
    record.setPartition(7);
    record.setOffset(offset);
    record.setEncoding(EventRecord.SINGLE_OBJECT);
    record.setOriginSystem(EventFacts.ARCHIVE);
    record.setOriginName(header);
    record.setOriginPosition(header);
    record.setFailureCode(header);
    record.setFailureMessage(header);

    EventRecord back = throughState(record);

    assertThat(back).usingRecursiveComparison().isEqualTo(record);
  }

  @Test
  void originIsTheRecordsOwnOrKafkas() {
    EventRecord record = new EventRecord();
    record.setTopic("events");
    record.setPartition(3);
    record.setOffset(1042);
    assertThat(EventFacts.origin(record)).isEqualTo(new Origin("kafka", "events", "3:1042"));

    record.setOriginSystem(EventFacts.ARCHIVE);
    record.setOriginName("a/0001.tar");
    record.setOriginPosition("000017.jpg");
    assertThat(EventFacts.origin(record))
        .isEqualTo(new Origin("archive", "a/0001.tar", "000017.jpg"));
  }

  @Test
  void copiesTheRecordOfKafka() throws Exception {
    RecordHeaders headers = new RecordHeaders();
    headers.add("a", "1".getBytes(StandardCharsets.UTF_8));
    headers.add("a", null);
    List<EventRecord> records = new ArrayList<>();
    Collector<EventRecord> collector =
        new Collector<>() {
          @Override
          public void collect(EventRecord record) {
            records.add(record);
          }

          @Override
          public void close() {}
        };
    new EventRecordDeserializer()
        .deserialize(
            new ConsumerRecord<>(
                "events",
                3,
                1042L,
                5L,
                TimestampType.CREATE_TIME,
                0,
                0,
                null,
                new byte[] {1},
                headers,
                Optional.empty()),
            collector);

    EventRecord record = records.get(0);
    assertThat(record.getKey()).isNull();
    assertThat(record.getValue()).containsExactly(1);
    assertThat(record.getHeaderNames()).containsExactly("a", "a");
    assertThat(record.getHeaderValues()[1]).isNull();
    assertThat(record.getTopic()).isEqualTo("events");
    assertThat(record.getPartition()).isEqualTo(3);
    assertThat(record.getOffset()).isEqualTo(1042);
    assertThat(record.getTimestamp()).isEqualTo(5);
    assertThat(throughState(record)).usingRecursiveComparison().isEqualTo(record);
  }
}
