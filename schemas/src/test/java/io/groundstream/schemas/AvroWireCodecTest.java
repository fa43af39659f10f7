package io.groundstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.ImageEvent;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AvroWireCodecTest {
  private static final int ID = 0x01020304;
  private static final AvroWireEncoder<ImageEvent> ENCODER =
      AvroWireEncoder.withId(ID, ImageEvent.class);

  private static AvroWireDecoder<ImageEvent> decoder() {
    return new AvroWireDecoder<>(AvroWireCodecTest::ownSchema, ImageEvent.class);
  }

  private static Schema ownSchema(int id) throws RecordException {
    if (id != ID) {
      throw new RecordException(RecordErrorCode.UNKNOWN_SCHEMA_ID, "unknown");
    }
    return PortableSchemas.of(ImageEvent.getClassSchema());
  }

  @Test
  void writesTheConfluentWireFormat() throws Exception {
    byte[] bytes = ENCODER.encode(Samples.imageEvent());

    assertThat(Arrays.copyOf(bytes, 5)).containsExactly(0, 1, 2, 3, 4);
    assertThat(decoder().decode(bytes)).isEqualTo(Samples.imageEvent());
  }

  @Test
  void registersTheSchemasOfTheSourceFiles() {
    Schema portable = PortableSchemas.of(ImageEvent.getClassSchema());

    assertThat(portable.toString()).doesNotContain("java").contains("Identifies the event");
    assertThat(ImageEvent.getClassSchema().toString()).contains("avro.java.string");
  }

  @Test
  void emptyValuesAreRecordEmpty() {
    assertCode(null, RecordErrorCode.RECORD_EMPTY);
    assertCode(new byte[0], RecordErrorCode.RECORD_EMPTY);
  }

  @Test
  void otherFormatsAreBadMagic() {
    assertCode(
        "{\"event_id\":\"1\"}".getBytes(java.nio.charset.StandardCharsets.UTF_8),
        RecordErrorCode.BAD_MAGIC);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5})
  void headersAloneAreCorrupt(int length) {
    assertCode(
        Arrays.copyOf(ENCODER.encode(Samples.imageEvent()), length),
        RecordErrorCode.RECORD_CORRUPT);
  }

  @Test
  void unknownIdsAreUnknown() {
    byte[] bytes = ENCODER.encode(Samples.imageEvent());
    bytes[4] = 5;
    assertCode(bytes, RecordErrorCode.UNKNOWN_SCHEMA_ID);
  }

  @Test
  void recordsOfAnotherTopicAreIncompatible() {
    AvroWireDecoder<ImageEvent> decoder =
        new AvroWireDecoder<>(id -> GroundedImage.getClassSchema(), ImageEvent.class);
    byte[] bytes = AvroWireEncoder.withId(ID, GroundedImage.class).encode(Samples.groundedImage());

    assertThatThrownBy(() -> decoder.decode(bytes))
        .asInstanceOf(type(RecordException.class))
        .extracting(RecordException::errorCode)
        .isEqualTo(RecordErrorCode.SCHEMA_INCOMPATIBLE);
  }

  @Test
  void trailingBytesAreCorrupt() {
    byte[] bytes = ENCODER.encode(Samples.imageEvent());
    assertCode(Arrays.copyOf(bytes, bytes.length + 1), RecordErrorCode.RECORD_CORRUPT);
  }

  @Test
  void anOutageIsNotTheRecordsFault() {
    AvroWireDecoder<ImageEvent> decoder =
        new AvroWireDecoder<>(
            id -> {
              throw new RegistryUnavailableException("away", new ConnectException(), false);
            },
            ImageEvent.class);

    assertThatThrownBy(() -> decoder.decode(ENCODER.encode(Samples.imageEvent())))
        .isInstanceOf(RegistryUnavailableException.class);
  }

  @Test
  void anOutageIsNotCached() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    AvroWireDecoder<ImageEvent> decoder =
        new AvroWireDecoder<>(
            id -> {
              if (calls.incrementAndGet() == 1) {
                throw new RegistryUnavailableException("away", new ConnectException(), false);
              }
              return ownSchema(id);
            },
            ImageEvent.class);
    byte[] bytes = ENCODER.encode(Samples.imageEvent());

    assertThatThrownBy(() -> decoder.decode(bytes))
        .isInstanceOf(RegistryUnavailableException.class);
    assertThat(decoder.decode(bytes)).isEqualTo(Samples.imageEvent());
    decoder.decode(bytes);
    assertThat(calls).hasValue(2);
  }

  @Test
  void requestsAnUnknownIdOnlyOnceInAWhile() {
    AtomicInteger calls = new AtomicInteger();
    AvroWireDecoder<ImageEvent> decoder =
        new AvroWireDecoder<>(
            id -> {
              calls.incrementAndGet();
              throw new RecordException(RecordErrorCode.UNKNOWN_SCHEMA_ID, "unknown");
            },
            ImageEvent.class);
    for (int i = 0; i < 100; i++) {
      assertThatThrownBy(() -> decoder.decode(ENCODER.encode(Samples.imageEvent())))
          .isInstanceOf(RecordException.class);
    }
    assertThat(calls).hasValue(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"event_id", "image_bytes", "requests", "requests-by-size", "attributes"})
  void claimedGigabytesTakeNoMemory(String field) throws Exception {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    AvroWireDecoder<ImageEvent> decoder = decoder();
    decoder.decode(ENCODER.encode(Samples.imageEvent()));
    for (long length : new long[] {30_000_000, 2_000_000_000, 2_147_483_639, Long.MAX_VALUE}) {
      byte[] bytes = Samples.claiming(new byte[] {0, 1, 2, 3, 4}, field, length);
      long before = threads.getCurrentThreadAllocatedBytes();
      assertThatThrownBy(() -> decoder.decode(bytes))
          .asInstanceOf(type(RecordException.class))
          .extracting(RecordException::errorCode)
          .isEqualTo(RecordErrorCode.RECORD_CORRUPT);
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000_000L);
    }
  }

  @Test
  void skippedFieldsOfTheWriterAreBoundedToo() throws Exception {
    // A list of nulls takes no bytes, however long it is.
    Schema writer =
        SchemaBuilder.record("ImageEvent")
            .namespace("io.groundstream.avro")
            .fields()
            .name("extra")
            .type()
            .array()
            .items()
            .nullType()
            .noDefault()
            .endRecord();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(new byte[] {0, 1, 2, 3, 4});
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    encoder.writeLong(Long.MAX_VALUE);
    encoder.writeLong(0);
    encoder.flush();
    AvroWireDecoder<ImageEvent> decoder = new AvroWireDecoder<>(id -> writer, ImageEvent.class);

    assertThatThrownBy(() -> decoder.decode(out.toByteArray())).isInstanceOf(RecordException.class);
  }

  @Test
  void endlessNestingIsCorrupt() throws Exception {
    Schema writer =
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"ImageEvent\",\"namespace\":\"io.groundstream.avro\","
                    + "\"fields\":[{\"name\":\"extra\",\"type\":{\"type\":\"record\",\"name\":\"Nest\","
                    + "\"fields\":[{\"name\":\"n\",\"type\":[\"null\",\"Nest\"]}]}}]}");
    byte[] bytes = new byte[4_000_000];
    Arrays.fill(bytes, (byte) 2);
    System.arraycopy(new byte[] {0, 1, 2, 3, 4}, 0, bytes, 0, 5);
    AvroWireDecoder<ImageEvent> decoder = new AvroWireDecoder<>(id -> writer, ImageEvent.class);

    assertThatThrownBy(() -> decoder.decode(bytes)).isInstanceOf(RecordException.class);
  }

  @Property(tries = 3000)
  void changedBytesAreARecordOrARecordException(
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 0, max = 10_000) Integer> places,
      @ForAll byte replacement,
      @ForAll @IntRange(min = 0, max = 400) int length)
      throws RegistryUnavailableException {
    byte[] bytes = ENCODER.encode(Samples.imageEvent());
    for (int place : places) {
      bytes[5 + place % (bytes.length - 5)] = (byte) (replacement + place);
    }
    byte[] changed = length % 3 == 0 ? Arrays.copyOf(bytes, length) : bytes;
    try {
      assertThat(decoder().decode(changed)).isNotNull();
    } catch (RecordException e) {
      assertThat(e.errorCode()).isNotEqualTo(RecordErrorCode.SCHEMA_INCOMPATIBLE);
    }
  }

  @Property(tries = 3000)
  void randomBytesAreARecordOrARecordException(@ForAll byte[] bytes)
      throws RegistryUnavailableException {
    byte[] framed = new byte[bytes.length + 5];
    System.arraycopy(new byte[] {0, 1, 2, 3, 4}, 0, framed, 0, 5);
    System.arraycopy(bytes, 0, framed, 5, bytes.length);
    try {
      assertThat(decoder().decode(framed)).isNotNull();
    } catch (RecordException e) {
      assertThat(e.errorCode()).isEqualTo(RecordErrorCode.RECORD_CORRUPT);
    }
  }

  private static void assertCode(byte @Nullable [] bytes, RecordErrorCode code) {
    assertThatThrownBy(() -> decoder().decode(bytes))
        .asInstanceOf(type(RecordException.class))
        .extracting(RecordException::errorCode)
        .isEqualTo(code);
  }
}
