package io.groundstream.operators.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.operators.kafka.KafkaSettings;
import io.groundstream.operators.settings.SettingsReader;
import java.util.Map;
import java.util.Properties;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.typeutils.runtime.PojoSerializer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.AbstractRecords;
import org.apache.kafka.common.record.RecordBatch;
import org.junit.jupiter.api.Test;

class OutputRecordTest {
  private static OutputRecord record(byte[] key, byte[] value, String header) {
    OutputRecord record = new OutputRecord(OutputTopic.DEAD_LETTERS, key, value);
    record.setHeaderNames(new String[] {header});
    record.setHeaderValues(new byte[][] {key});
    return record;
  }

  @Test
  void isAPojoWhoseFieldsAreAllDeclared() {
    SerializerConfigImpl config = new SerializerConfigImpl();
    config.setGenericTypes(false);
    assertThat(TypeInformation.of(OutputRecord.class).createSerializer(config))
        .isInstanceOf(PojoSerializer.class);
  }

  @Property
  void itsSizeIsAtLeastThatOfTheProducer(
      @ForAll byte[] key, @ForAll @IntRange(max = 100_000) int length, @ForAll String header) {
    byte[] value = new byte[length];
    int counted =
        AbstractRecords.estimateSizeInBytesUpperBound(
            RecordBatch.CURRENT_MAGIC_VALUE,
            Compression.NONE.type(),
            key,
            value,
            new Header[] {new RecordHeader(header, key)});

    assertThat(record(key, value, header).sizeInBytes())
        .isBetween((long) counted, (long) counted + 200);
  }

  /** A record that does not fit would fail the job repeatedly. */
  @Test
  void theProducerAcceptsTheLargestRecord() throws Exception {
    KafkaSettings settings =
        KafkaSettings.read(
            new SettingsReader(
                Map.of(
                    "kafka.bootstrap-servers", "localhost:1",
                    "kafka.max-record-bytes", "40 mb",
                    "schema-registry.url", "http://localhost:1",
                    "model.checkpoint", "/nowhere")));
    Properties properties = OutputSinks.producerProperties(settings);

    assertThat(properties.getProperty("max.request.size")).isEqualTo("41944064");
    assertThat(properties.getProperty("buffer.memory")).isEqualTo("41944064");
  }

  @Test
  void goesToItsTopicWithoutATimestamp() throws Exception {
    KafkaSettings settings =
        KafkaSettings.read(
            new SettingsReader(
                Map.of(
                    "kafka.bootstrap-servers", "localhost:1",
                    "kafka.topics.dead-letters", "graveyard",
                    "schema-registry.url", "http://localhost:1",
                    "model.checkpoint", "/nowhere")));
    OutputRecord record = record(new byte[] {1}, new byte[] {2, 3}, "code");

    ProducerRecord<byte[], byte[]> produced =
        new OutputRecordSerializer(settings).toProducerRecord(record);

    assertThat(produced.topic()).isEqualTo("graveyard");
    assertThat(produced.timestamp()).isNull();
    assertThat(produced.partition()).isNull();
    assertThat(produced.key()).containsExactly(1);
    assertThat(produced.value()).containsExactly(2, 3);
    assertThat(produced.headers().lastHeader("code").value()).containsExactly(1);
  }
}
