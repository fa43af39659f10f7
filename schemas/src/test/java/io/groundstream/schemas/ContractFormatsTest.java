package io.groundstream.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.DynamicMessage;
import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.Origin;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every contract in every format, read by the decoder that recognises formats. */
final class ContractFormatsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int ID = 0x01020304;

  static List<Arguments> recordsInAllFormats() {
    List<Arguments> all = new ArrayList<>();
    for (RecordFormat format : RecordFormat.values()) {
      for (SpecificRecord record : Samples.all()) {
        all.add(Arguments.of(format, record));
        all.add(Arguments.of(format, fresh(record)));
      }
    }
    return all;
  }

  /** Returns a record in which nothing is set beyond what identifies it. */
  private static SpecificRecord fresh(SpecificRecord filled) {
    return filled instanceof GroundedImage
        ? GroundedImage.newBuilder().setImageId("i").build()
        : filled instanceof GroundedPhrase
            ? GroundedPhrase.newBuilder().setPhraseId("p").build()
            : filled instanceof DeadLetter
                ? DeadLetter.newBuilder().setStage("fetch").setAttempts(0).build()
                : io.groundstream.avro.ImageEvent.newBuilder().setEventId("e").build();
  }

  @ParameterizedTest
  @MethodSource("recordsInAllFormats")
  void readsWhatItWrites(RecordFormat format, SpecificRecord record) throws Exception {
    assertThat(roundTrip(format, record)).isEqualTo(record);
  }

  @SuppressWarnings("unchecked")
  private static <T extends SpecificRecord> T roundTrip(RecordFormat format, T record)
      throws Exception {
    Class<T> type = (Class<T>) record.getClass();
    byte[] bytes = ContractEncoders.withId(format, ID, type).encode(record);
    return decoder(format, type).decode(bytes);
  }

  private static <T extends SpecificRecord> ContractDecoder<T> decoder(
      RecordFormat format, Class<T> type) {
    Schema contract =
        PortableSchemas.of(org.apache.avro.specific.SpecificData.get().getSchema(type));
    return new ContractDecoder<>(source(format, contract), type);
  }

  private static AvroWireDecoder.SchemaSource source(RecordFormat format, Schema contract) {
    return new AvroWireDecoder.SchemaSource() {
      @Override
      public Schema byId(int id) {
        throw new IllegalStateException("the decoder asks for texts");
      }

      @Override
      public SchemaText text(WireFormat named) {
        assertThat(named.id()).isEqualTo(ID);
        SchemaType type = format.type();
        assertThat(type).isNotNull();
        return new SchemaText(type, format.text(contract));
      }
    };
  }

  @Test
  void jsonIsTheDocumentedForm() throws Exception {
    GroundedPhrase phrase =
        GroundedPhrase.newBuilder()
            .setPhraseId("p-1")
            .setImageId("a.jpg")
            .setBoxes(List.of(new GroundedBox(0.125, 0.25, 0.5, 1.0, null, "given", false)))
            .setAttributes(Map.of("camera", "gate"))
            .setEventTime(Instant.parse("2026-01-02T03:04:05.678901Z"))
            .setProcessingTime(Instant.parse("2026-01-02T03:04:06Z"))
            .setOrigin(new Origin("kafka", "frames", "0:7"))
            .build();

    JsonNode json = JSON.readTree(new JsonRecordEncoder<GroundedPhrase>().encode(phrase));

    assertThat(json)
        .isEqualTo(
            JSON.readTree(
                """
                {"phrase_id": "p-1", "image_id": "a.jpg", "event_id": "", "request_id": "",
                 "task": "", "ordinal": 0, "phrase": "", "start": 0, "end": 0, "caption": "",
                 "width": 0, "height": 0,
                 "boxes": [{"x_min": 0.125, "y_min": 0.25, "x_max": 0.5, "y_max": 1.0,
                            "confidence": null, "source": "given", "corrected": false}],
                 "attributes": {"camera": "gate"},
                 "model_name": "", "model_revision": "", "model_dtype": "",
                 "event_time": "2026-01-02T03:04:05.678Z",
                 "processing_time": "2026-01-02T03:04:06Z",
                 "origin": {"system": "kafka", "name": "frames", "position": "0:7"},
                 "image_index": 0}
                """));
  }

  @Test
  void framesJsonAsConfluentDoes() {
    byte[] framed =
        ContractEncoders.withId(RecordFormat.JSON_SCHEMA, ID, GroundedImage.class)
            .encode(Samples.groundedImage());
    byte[] plain = new JsonRecordEncoder<GroundedImage>().encode(Samples.groundedImage());

    assertThat(framed).startsWith(0, 1, 2, 3, 4).hasSize(5 + plain.length).endsWith(plain);
  }

  @Test
  void framesProtobufAsConfluentDoes() throws Exception {
    byte[] framed =
        ContractEncoders.withId(RecordFormat.PROTOBUF, ID, GroundedImage.class)
            .encode(Samples.groundedImage());

    assertThat(framed).startsWith(0, 1, 2, 3, 4, 0);
    DynamicMessage message =
        DynamicMessage.parseFrom(
            ProtobufContract.of(GroundedImage.getClassSchema()).descriptor(),
            java.util.Arrays.copyOfRange(framed, 6, framed.length));
    assertThat(message.getUnknownFields().asMap()).isEmpty();
    assertThat(message.getField(message.getDescriptorForType().findFieldByName("image_id")))
        .isEqualTo(Samples.groundedImage().getImageId());
  }

  @Test
  void absentMembersHaveDefaultsAndUnknownOnesAreSkipped() throws Exception {
    DeadLetter letter =
        plain(DeadLetter.class)
            .decode("{\"stage\": \"fetch\", \"new\": {\"a\": [1]}}".getBytes(UTF_8));

    assertThat(letter).isEqualTo(DeadLetter.newBuilder().setStage("fetch").setAttempts(1).build());
  }

  private static <T extends SpecificRecord> ContractDecoder<T> plain(Class<T> type) {
    return new ContractDecoder<>(
        id -> {
          throw new IllegalStateException("plain JSON needs no registry");
        },
        type);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"image_id\": null}",
        "{\"image_id\": 7}",
        "{\"image_id\": \"i\", \"image_id\": \"j\"}",
        "{\"image_id\": \"i\"} {}",
        "{\"image_id\": \"i\"",
        "{\"image_id\": \"i\", \"width\": 1.5}",
        "{\"image_id\": \"i\", \"width\": 3000000000}",
        "{\"image_id\": \"i\", \"width\": NaN}",
        "{\"image_id\": \"i\", \"requests\": {}}",
        "{\"image_id\": \"i\", \"requests\": [null]}",
        "{\"image_id\": \"i\", \"requests\": [7]}",
        "{\"image_id\": \"i\", \"attributes\": {\"a\": 1}}",
        "{\"image_id\": \"i\", \"attributes\": []}",
        "{\"image_id\": \"i\", \"event_time\": 5}",
        "{\"image_id\": \"i\", \"event_time\": \"yesterday\"}",
        "{\"image_id\": \"i\", \"event_time\": \"+999999999-01-01T00:00:00Z\"}"
      })
  void rejectsDocumentsThatAreNoRecord(String document) {
    assertThatExceptionOfType(RecordException.class)
        .isThrownBy(() -> plain(GroundedImage.class).decode(document.getBytes(UTF_8)));
  }

  @Test
  void namesTheMemberThatIsWrong() {
    String document = "{\"image_id\": \"i\", \"requests\": [{\"task\": 7}]}";

    assertThatExceptionOfType(RecordException.class)
        .isThrownBy(() -> plain(GroundedImage.class).decode(document.getBytes(UTF_8)))
        .withMessage("member /requests/0/task: 7 (expected: text)");
  }

  @Test
  void rejectsDeepNestingAndBadBase64() {
    String deep = "{\"image_id\": \"i\", \"x\": " + "[".repeat(10_000) + "]".repeat(10_000) + "}";
    String base64 = "{\"stage\": \"s\", \"original_value\": \"*\"}";

    assertThatExceptionOfType(RecordException.class)
        .isThrownBy(() -> plain(GroundedImage.class).decode(deep.getBytes(UTF_8)));
    assertThatExceptionOfType(RecordException.class)
        .isThrownBy(() -> plain(DeadLetter.class).decode(base64.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @EnumSource(
      value = RecordFormat.class,
      names = {"JSON_SCHEMA", "PROTOBUF"})
  void rejectsRecordsOfAnotherContract(RecordFormat format) {
    byte[] phrase =
        ContractEncoders.withId(format, ID, GroundedPhrase.class).encode(Samples.groundedPhrase());
    ContractDecoder<DeadLetter> letters =
        new ContractDecoder<>(
            source(format, PortableSchemas.of(GroundedPhrase.getClassSchema())), DeadLetter.class);

    assertThatExceptionOfType(RecordException.class)
        .isThrownBy(() -> letters.decode(phrase))
        .satisfies(e -> assertThat(e.errorCode()).isEqualTo(RecordErrorCode.SCHEMA_INCOMPATIBLE));
  }

  @Property
  void anyBytesAreARecordOrNot(@ForAll byte[] body) throws Exception {
    for (RecordFormat format : List.of(RecordFormat.JSON_SCHEMA, RecordFormat.PROTOBUF)) {
      byte[] value =
          ByteBuffer.allocate(6 + body.length)
              .put((byte) 0)
              .putInt(ID)
              .put((byte) 0)
              .put(body)
              .array();
      try {
        assertThat(decoder(format, GroundedImage.class).decode(value)).isNotNull();
      } catch (RecordException e) {
        assertThat(e.getMessage()).hasSizeLessThan(500);
      }
    }
  }

  @Test
  void halvesOfSurrogatePairsBecomeReplacementCharacters() throws Exception {
    GroundedImage image =
        GroundedImage.newBuilder()
            .setImageId("a\uD83Eb\uD83E\uDD81\uDD81")
            .setAttributes(Map.of("\uDD81", "\uD83E"))
            .build();

    GroundedImage read = roundTrip(RecordFormat.JSON, image);

    assertThat(read.getImageId()).isEqualTo("a\uFFFDb\uD83E\uDD81\uFFFD");
    assertThat(read.getAttributes()).isEqualTo(Map.of("\uFFFD", "\uFFFD"));
    assertThat(roundTrip(RecordFormat.PROTOBUF, image).getImageId()).isEqualTo("a?b\uD83E\uDD81?");
  }

  @Test
  void readsByTheHeaderThatNamesTheSchema() throws Exception {
    byte[] plain = new JsonRecordEncoder<GroundedImage>().encode(Samples.groundedImage());
    byte[] header = ByteBuffer.allocate(5).put((byte) 0).putInt(ID).array();

    assertThat(decoder(RecordFormat.JSON_SCHEMA, GroundedImage.class).decode(plain, header))
        .isEqualTo(Samples.groundedImage());
  }

  @Test
  void anythingElseIsNoRecord() {
    assertThatExceptionOfType(RecordException.class)
        .isThrownBy(() -> plain(GroundedImage.class).decode("hello".getBytes(UTF_8)))
        .satisfies(e -> assertThat(e.errorCode()).isEqualTo(RecordErrorCode.BAD_MAGIC));
  }
}
