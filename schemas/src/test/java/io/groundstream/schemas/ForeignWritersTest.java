package io.groundstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.RequestBox;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads events from writers that do not use our schema. */
class ForeignWritersTest {
  private static final int ID = 7;
  private static final Instant NOON = Instant.parse("2026-01-31T12:00:00.123Z");

  private static Schema schema(String json) {
    return new Schema.Parser().parse(json);
  }

  /** Returns a record schema with Flink SQL's name, {@code event_id} and one more field. */
  private static Schema with(String field, String type) {
    return schema(
        "{\"type\":\"record\",\"name\":\"record\",\"namespace\":\"org.apache.flink.avro.generated\","
            + "\"fields\":[{\"name\":\"event_id\",\"type\":[\"null\",\"string\"],\"default\":null},"
            + "{\"name\":\""
            + field
            + "\",\"type\":"
            + type
            + "}]}");
  }

  private static byte[] encode(GenericRecord record) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.writeBytes(new byte[] {0, 0, 0, 0, ID});
      BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
      new GenericDatumWriter<GenericRecord>(record.getSchema()).write(record, encoder);
      encoder.flush();
      return out.toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static ImageEvent decode(GenericRecord record) throws Exception {
    return new AvroWireDecoder<>(id -> record.getSchema(), ImageEvent.class).decode(encode(record));
  }

  private static ImageEvent decode(String field, String type, @Nullable Object value)
      throws Exception {
    GenericRecord record = new GenericData.Record(with(field, type));
    record.put("event_id", "e");
    record.put(field, value);
    return decode(record);
  }

  @ParameterizedTest
  @CsvSource({
    "timestamp-millis,1769860800123",
    "local-timestamp-millis,1769860800123",
    "timestamp-micros,1769860800123000",
    "local-timestamp-micros,1769860800123000",
    "timestamp-nanos,1769860800123000000",
    "local-timestamp-nanos,1769860800123000000",
  })
  void timesAreReadInTheWritersUnit(String unit, long value) throws Exception {
    String type = "{\"type\":\"long\",\"logicalType\":\"" + unit + "\"}";
    for (String field : List.of("event_time", "deadline")) {
      for (String union : List.of(type, "[\"null\"," + type + "]", "[" + type + ",\"null\"]")) {
        ImageEvent event = decode(field, union, value);
        assertThat(field.equals("deadline") ? event.getDeadline() : event.getEventTime())
            .isEqualTo(NOON);
      }
    }
  }

  @Test
  void timesOfTheContractsOwnNameAreReadInTheWritersUnit() throws Exception {
    Schema writer =
        schema(
            ImageEvent.getClassSchema().toString().replace("timestamp-millis", "timestamp-micros"));
    GenericRecord record = new GenericData.Record(writer);
    ImageEvent sample = Samples.imageEvent();
    for (Schema.Field field : writer.getFields()) {
      record.put(field.pos(), sample.get(field.pos()));
    }
    record.put("requests", List.of());
    record.put("event_time", 1769860800123000L);
    record.put("deadline", -1L);

    ImageEvent event = decode(record);
    assertThat(event.getEventTime()).isEqualTo(NOON);
    assertThat(event.getDeadline()).isEqualTo("1969-12-31T23:59:59.999999Z");
    assertThat(event.getAttributes()).isEqualTo(sample.getAttributes());
  }

  @Test
  void aPlainLongIsMillisecondsAndADateIsItsFirstMoment() throws Exception {
    assertThat(decode("event_time", "\"long\"", 1769860800123L).getEventTime()).isEqualTo(NOON);
    assertThat(
            decode("event_time", "{\"type\":\"int\",\"logicalType\":\"date\"}", 20484)
                .getEventTime())
        .isEqualTo("2026-01-31T00:00:00Z");
    assertThat(decode("event_time", "\"string\"", "2026-01-31T13:00:00.123+01:00").getEventTime())
        .isEqualTo(NOON);
    assertThat(
            decode(
                    "event_time",
                    "{\"type\":\"long\",\"connect.name\":\"io.debezium.time.MicroTimestamp\"}",
                    1769860800123000L)
                .getEventTime())
        .isEqualTo(NOON);
    assertThat(decode("event_time", "[\"null\",\"int\",\"long\"]", null).getEventTime()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"int\"",
        "\"double\"",
        "{\"type\":\"long\",\"logicalType\":\"time-micros\"}",
        "{\"type\":\"array\",\"items\":\"long\"}"
      })
  void otherTypesThanTimesAreRejectedByName(String type) {
    Object value =
        type.contains("array")
            ? List.of()
            : type.contains("double") ? (Object) 1.0 : type.contains("int") ? (Object) 1 : 1L;
    assertThatThrownBy(() -> decode("deadline", type, value))
        .asInstanceOf(type(RecordException.class))
        .satisfies(
            e -> assertThat(e.errorCode()).isEqualTo(RecordErrorCode.SCHEMA_INCOMPATIBLE),
            e ->
                assertThat(e)
                    .hasMessageStartingWith("schema 7: deadline: ")
                    .hasMessageContaining("expected: a long of milliseconds")
                    .hasMessageNotContaining("\n"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "org.apache.flink.avro.generated.record",
        "ConnectDefault",
        "io.confluent.ksql.avro_schemas.KsqlDataSourceSchema",
        "com.example.Value",
        "Record1"
      })
  void aRecordIsRecognisedByItsFields(String name) throws Exception {
    int dot = name.lastIndexOf('.');
    String inner = dot < 0 ? "ConnectDefault2" : name.substring(0, dot) + ".record_requests";
    boolean capitals = name.contains("Ksql");
    String json =
        ("{'type':'record','name':'NAME','fields':["
                + "{'name':'event_id','type':['null','string'],'default':null},"
                + "{'name':'extra','type':['null','long'],'default':null},"
                + "{'name':'image_bytes','type':['bytes','null']},"
                + "{'name':'requests','type':['null',{'type':'array','items':['null',"
                + "{'type':'record','name':'INNER','fields':["
                + "{'name':'task','type':['null','string']},"
                + "{'name':'text','type':['null','string']},"
                + "{'name':'boxes','type':['null',{'type':'array','items':['null',"
                + "{'type':'record','name':'INNER_boxes','fields':["
                + "{'name':'x_min','type':['null','float']},"
                + "{'name':'y_min','type':['null','double']},"
                + "{'name':'x_max','type':['null','int']},"
                + "{'name':'y_max','type':['null','double']}]}]}]}"
                + "]}]}]},"
                + "{'name':'priority','type':['null','long']},"
                + "{'name':'attributes','type':['null',{'type':'map','values':['null','string']}]}"
                + "]}")
            .replace('\'', '"');
    for (String field :
        List.of("event_id", "image_bytes", "requests", "task", "x_min", "attributes")) {
      json = capitals ? json.replace(field + "\"", field.toUpperCase(Locale.ROOT) + "\"") : json;
    }
    Schema writer =
        schema(json.replace("INNER", inner).replace("NAME", name).replace("record_REQUESTS", "r"));
    GenericRecord box = new GenericData.Record(element(element(writer, 3), 2));
    box.put(0, 0.25f);
    box.put(1, 0.5);
    box.put(2, 1);
    GenericRecord request = new GenericData.Record(element(writer, 3));
    request.put(0, "phrase-grounding");
    request.put(1, "a dog");
    request.put(2, List.of(box));
    GenericRecord record = new GenericData.Record(writer);
    record.put(0, "e-1");
    record.put(1, 5L);
    record.put(2, ByteBuffer.wrap(new byte[] {1, 2}));
    record.put(3, List.of(request));
    record.put(4, 3L);
    Map<String, @Nullable Object> attributes = new HashMap<>();
    attributes.put("a", "b");
    attributes.put("gone", null);
    record.put(5, attributes);

    assertThat(decode(record))
        .isEqualTo(
            ImageEvent.newBuilder()
                .setEventId("e-1")
                .setImageBytes(ByteBuffer.wrap(new byte[] {1, 2}))
                .setRequests(
                    List.of(
                        ImageRequest.newBuilder()
                            .setTask("phrase-grounding")
                            .setText("a dog")
                            .setBoxes(
                                List.of(
                                    RequestBox.newBuilder()
                                        .setXMin(0.25)
                                        .setYMin(0.5)
                                        .setXMax(1)
                                        .setYMax(0)
                                        .build()))
                            .build()))
                .setPriority(3)
                .setAttributes(Map.of("a", "b"))
                .build());
    // Readers may change the defaults of absent fields without affecting other records.
    GenericRecord empty = new GenericData.Record(writer);
    empty.put(2, ByteBuffer.allocate(0));
    ImageEvent defaults = decode(empty);
    assertThat(defaults.getEventId()).isEmpty();
    defaults.getAttributes().put("mine", "alone");
    assertThat(decode(empty).getAttributes()).isEmpty();
  }

  private static Schema element(Schema record, int field) {
    Schema array =
        record.getFields().get(field).schema().getTypes().stream()
            .filter(branch -> branch.getType() == Schema.Type.ARRAY)
            .findFirst()
            .orElseThrow();
    return array.getElementType().getTypes().get(1);
  }

  @Test
  void namesMatterIfTheDecoderIsToldSo() {
    GenericRecord record = new GenericData.Record(with("extra", "\"long\""));
    record.put("event_id", "e");
    record.put("extra", 1L);

    assertThatThrownBy(
            () ->
                new AvroWireDecoder<>(id -> record.getSchema(), ImageEvent.class, false)
                    .decode(encode(record)))
        .isInstanceOf(RecordException.class)
        .hasMessage(
            "schema 7: record: org.apache.flink.avro.generated.record (expected:"
                + " io.groundstream.avro.ImageEvent)");
  }

  @Test
  void aRecordOfAnotherKindIsRejectedInOneLine() {
    Schema order =
        schema(
            "{\"type\":\"record\",\"name\":\"Order\",\"fields\":[{\"name\":\"id\",\"type\":\"long\"}]}");
    GenericRecord record = new GenericData.Record(order);
    record.put("id", 1L);

    assertThatThrownBy(() -> decode(record))
        .isInstanceOf(RecordException.class)
        .hasMessage(
            "schema 7: record: Order, without the field event_id (expected: one with the fields of"
                + " io.groundstream.avro.ImageEvent)");
    assertThatThrownBy(() -> decode("image_uri", "[\"null\",\"long\"]", 1L))
        .hasMessage("schema 7: image_uri: long (expected: string)");
    assertThatThrownBy(() -> decode("priority", "\"long\"", 1L << 40))
        .hasMessage("schema 7: priority: 1099511627776 (expected: a number of 32 bits)");
  }

  @Test
  void textsMayBeEnumsOrBytes() throws Exception {
    Schema colour = schema("{\"type\":\"enum\",\"name\":\"E\",\"symbols\":[\"A\",\"B\"]}");
    assertThat(
            decode("image_uri", colour.toString(), new GenericData.EnumSymbol(colour, "B"))
                .getImageUri())
        .isEqualTo("B");
    assertThat(
            decode("image_uri", "\"bytes\"", ByteBuffer.wrap("ü".getBytes(StandardCharsets.UTF_8)))
                .getImageUri())
        .isEqualTo("ü");
    assertThat(decode("image_bytes", "\"string\"", "ab").getImageBytes())
        .isEqualTo(ByteBuffer.wrap(new byte[] {'a', 'b'}));
    assertThatThrownBy(
            () -> decode("image_uri", "\"bytes\"", ByteBuffer.wrap(new byte[] {(byte) 0xff})))
        .hasMessageContaining("image_uri: bytes that are not UTF-8");
  }

  private static byte[] unframed(byte[] bytes) {
    return Arrays.copyOfRange(bytes, 5, bytes.length);
  }

  @Test
  void theSchemaMayBeNamedInAHeader() throws Exception {
    GenericRecord record = new GenericData.Record(with("image_uri", "\"string\""));
    record.put("event_id", "e");
    record.put("image_uri", "u");
    UUID guid = UUID.fromString("d2f4e3a4-5b6c-4d7e-8f90-a1b2c3d4e5f6");
    AvroWireDecoder.SchemaSource source =
        new AvroWireDecoder.SchemaSource() {
          @Override
          public Schema byId(int id) throws RecordException {
            if (id != ID) {
              throw new RecordException(RecordErrorCode.UNKNOWN_SCHEMA_ID, "unknown id " + id);
            }
            return record.getSchema();
          }

          @Override
          public Schema byGuid(UUID asked) {
            assertThat(asked).isEqualTo(guid);
            return record.getSchema();
          }
        };
    AvroWireDecoder<ImageEvent> decoder = new AvroWireDecoder<>(source, ImageEvent.class);
    byte[] framed = encode(record);
    byte[] bare = unframed(framed);
    byte[] byId = {0, 0, 0, 0, ID};
    byte[] byGuid =
        ByteBuffer.allocate(17)
            .put((byte) 1)
            .putLong(guid.getMostSignificantBits())
            .putLong(guid.getLeastSignificantBits())
            .array();
    byte[] guidFramed = ByteBuffer.allocate(17 + bare.length).put(byGuid).put(bare).array();

    assertThat(decoder.decode(bare, byId).getImageUri()).isEqualTo("u");
    assertThat(decoder.decode(bare, byGuid).getImageUri()).isEqualTo("u");
    assertThat(decoder.decode(guidFramed, null).getImageUri()).isEqualTo("u");
    // Headers that are empty or unknown, or that remain from an earlier writer of the record.
    assertThat(decoder.decode(framed, new byte[0]).getImageUri()).isEqualTo("u");
    assertThat(decoder.decode(framed, new byte[] {9, 9}).getImageUri()).isEqualTo("u");
    assertThat(decoder.decode(framed, new byte[] {0, 0, 0, 0, 99}).getImageUri()).isEqualTo("u");
    assertThatThrownBy(() -> decoder.decode(bare, new byte[] {0, 0, 0, 0, 99}))
        .asInstanceOf(type(RecordException.class))
        .extracting(RecordException::errorCode)
        .isEqualTo(RecordErrorCode.UNKNOWN_SCHEMA_ID);
    assertThatThrownBy(() -> decoder.decode(null, byId))
        .asInstanceOf(type(RecordException.class))
        .extracting(RecordException::errorCode)
        .isEqualTo(RecordErrorCode.RECORD_EMPTY);
  }

  @Test
  void unknownIdentifiersDoNotEvictGoodSchemas() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    GenericRecord record = new GenericData.Record(with("image_uri", "\"string\""));
    record.put("event_id", "e");
    record.put("image_uri", "u");
    AvroWireDecoder<ImageEvent> decoder =
        new AvroWireDecoder<>(
            id -> {
              if (id != ID) {
                throw new RecordException(RecordErrorCode.UNKNOWN_SCHEMA_ID, "unknown");
              }
              asked.incrementAndGet();
              return record.getSchema();
            },
            ImageEvent.class);
    byte[] good = encode(record);
    decoder.decode(good);
    for (int i = 100; i < 5000; i++) {
      byte[] bad = good.clone();
      ByteBuffer.wrap(bad).putInt(1, i);
      assertThatThrownBy(() -> decoder.decode(bad)).isInstanceOf(RecordException.class);
    }
    decoder.decode(good);
    assertThat(asked).hasValue(1);
  }
}
