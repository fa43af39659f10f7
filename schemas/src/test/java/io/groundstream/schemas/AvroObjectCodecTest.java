package io.groundstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.avro.ImageEvent;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageDecoder;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.specific.SpecificData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AvroObjectCodecTest {
  private static final AvroObjectCodec<ImageEvent> CODEC =
      new AvroObjectCodec<>(ImageEvent.class, List.of());

  private static ImageEvent event(byte[] image) {
    return ImageEvent.newBuilder()
        .setEventId("e")
        .setImageId("shard/000")
        .setImageBytes(ByteBuffer.wrap(image))
        .build();
  }

  @Property
  void decodesWhatItEncoded(@ForAll byte[] image, @ForAll boolean guessed) throws RecordException {
    byte[] bytes = CODEC.encode(event(image), guessed ? image.length : 0);

    assertThat(CODEC.decode(bytes)).isEqualTo(event(image));
  }

  @Test
  void writesAvrosOwnSingleObjectEncoding() throws Exception {
    byte[] bytes = CODEC.encode(event(new byte[] {1, 2}), 2);

    ImageEvent read =
        new BinaryMessageDecoder<ImageEvent>(SpecificData.get(), ImageEvent.getClassSchema())
            .decode(bytes);
    assertThat(read).isEqualTo(event(new byte[] {1, 2}));
  }

  @Test
  void readsRecordsOfTheFirstRelease() throws Exception {
    Schema released =
        new Schema.Parser()
            .parse(Files.readString(Path.of("src/test/resources/released/v1/ImageEvent.avsc")));
    GenericRecord old = new GenericData.Record(released);
    for (Schema.Field field : released.getFields()) {
      old.put(field.name(), GenericData.get().getDefaultValue(field));
    }
    old.put("event_id", "e-1");
    byte[] bytes =
        new BinaryMessageEncoder<GenericRecord>(GenericData.get(), released).encode(old).array();

    assertThat(EarlierSchemas.imageEventCodec().decode(bytes))
        .isEqualTo(ImageEvent.newBuilder().setEventId("e-1").build());
  }

  @Property
  void rejectsBytesThatAreNotARecord(@ForAll byte[] bytes) {
    assertThatThrownBy(() -> CODEC.decode(bytes)).isInstanceOf(RecordException.class);
  }

  @Test
  void rejectsTruncatedRecords() {
    byte[] bytes = CODEC.encode(event(new byte[100]), 100);
    for (int length = 0; length < bytes.length; length++) {
      byte[] cut = Arrays.copyOf(bytes, length);
      assertThatThrownBy(() -> CODEC.decode(cut)).isInstanceOf(RecordException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"event_id", "image_bytes", "requests", "requests-by-size", "attributes"})
  void claimedGigabytesTakeNoMemory(String field) throws Exception {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[] valid = CODEC.encode(event(new byte[] {1}), 0);
    assertThat(CODEC.decode(valid)).isEqualTo(event(new byte[] {1}));
    byte[] header = Arrays.copyOf(valid, 10);
    for (long length : new long[] {30_000_000, 2_000_000_000, 2_147_483_639, Long.MAX_VALUE}) {
      byte[] bytes = Samples.claiming(header, field, length);
      long before = threads.getCurrentThreadAllocatedBytes();
      assertThatThrownBy(() -> CODEC.decode(bytes)).isInstanceOf(RecordException.class);
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000_000L);
    }
  }
}
