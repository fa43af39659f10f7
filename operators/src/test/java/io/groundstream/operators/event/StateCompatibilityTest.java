package io.groundstream.operators.event;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Verifies that events in the savepoints of every released version can be read.
 *
 * <p>Each file under {@code src/test/resources/released} belongs to one version and holds the
 * serialiser's snapshot and one event, in the form of a savepoint. These files are never changed.
 * For a release that changes {@link EventRecord}, run this test with {@code -Dreleased.version=v2}
 * to add the next file, and commit it.
 */
class StateCompatibilityTest {
  private static final Path RELEASED = Path.of("src/test/resources/released");
  private static final String NEW_VERSION = System.getProperty("released.version", "");
  private static final String SUFFIX = ".event-state";

  private static TypeSerializer<EventRecord> today() {
    SerializerConfigImpl config = new SerializerConfigImpl();
    config.setGenericTypes(false);
    return TypeInformation.of(EventRecord.class).createSerializer(config);
  }

  private static EventRecord sample() {
    EventRecord record = new EventRecord();
    record.setKey("key".getBytes(StandardCharsets.UTF_8));
    record.setValue(new byte[] {0, 1, 2, 3, -1});
    record.setHeaderNames(new String[] {"trace", "none"});
    record.setHeaderValues(new byte[][] {{7}, null});
    record.setTopic("events");
    record.setPartition(3);
    record.setOffset(1042);
    record.setTimestamp(1_767_323_045_678L);
    record.setEncoding(EventRecord.SINGLE_OBJECT);
    record.setOriginSystem("archive");
    record.setOriginName("shard-0001.tar");
    record.setOriginPosition("000123.jpg");
    record.setFailureCode("shard-truncated");
    record.setFailureMessage("it ends early");
    record.setSourceBytes(4096);
    return record;
  }

  static List<Path> released() throws IOException {
    if (!NEW_VERSION.isEmpty()) {
      DataOutputSerializer out = new DataOutputSerializer(64);
      TypeSerializerSnapshot.writeVersionedSnapshot(out, today().snapshotConfiguration());
      today().serialize(sample(), out);
      Files.createDirectories(RELEASED);
      Files.write(RELEASED.resolve(NEW_VERSION + SUFFIX), out.getCopyOfBuffer());
    }
    try (Stream<Path> files = Files.list(RELEASED)) {
      return files.filter(file -> file.toString().endsWith(SUFFIX)).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("released")
  void eventsOfEveryVersionAreRestored(Path file) throws IOException {
    DataInputDeserializer in = new DataInputDeserializer(Files.readAllBytes(file));
    TypeSerializerSnapshot<EventRecord> then =
        TypeSerializerSnapshot.readVersionedSnapshot(in, getClass().getClassLoader());

    TypeSerializerSchemaCompatibility<EventRecord> compatibility =
        today().snapshotConfiguration().resolveSchemaCompatibility(then);

    assertThat(compatibility.isIncompatible()).isFalse();
    EventRecord restored = then.restoreSerializer().deserialize(in);
    assertThat(restored.getKey()).isEqualTo(sample().getKey());
    assertThat(restored.getValue()).isEqualTo(sample().getValue());
    assertThat(restored.getHeaderNames()).isEqualTo(sample().getHeaderNames());
    assertThat(restored.getHeaderValues()).isDeepEqualTo(sample().getHeaderValues());
    assertThat(restored.getTopic()).isEqualTo("events");
    assertThat(restored.getPartition()).isEqualTo(3);
    assertThat(restored.getOffset()).isEqualTo(1042);
    assertThat(restored.getTimestamp()).isEqualTo(sample().getTimestamp());
    // The first version did not support archives.
    EventRecord later = file.endsWith("v1" + SUFFIX) ? new EventRecord() : sample();
    assertThat(restored.getEncoding()).isEqualTo(later.getEncoding());
    assertThat(restored.getOriginSystem()).isEqualTo(later.getOriginSystem());
    assertThat(restored.getOriginName()).isEqualTo(later.getOriginName());
    assertThat(restored.getOriginPosition()).isEqualTo(later.getOriginPosition());
    assertThat(restored.getFailureCode()).isEqualTo(later.getFailureCode());
    assertThat(restored.getFailureMessage()).isEqualTo(later.getFailureMessage());
    assertThat(restored.getSourceBytes()).isEqualTo(later.getSourceBytes());
  }
}
