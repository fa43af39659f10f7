package io.groundstream.operators.format;

import static io.groundstream.operators.format.Formats.JPEG;
import static io.groundstream.operators.format.Formats.event;
import static io.groundstream.operators.format.Formats.image;
import static io.groundstream.operators.format.Formats.record;
import static io.groundstream.operators.format.Formats.refused;
import static io.groundstream.operators.format.Formats.withHeader;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.RequestBox;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.schemas.MessageIndexes;
import io.groundstream.schemas.SchemaText;
import io.groundstream.schemas.SchemaType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

/** Tests the formats whose records name a schema of a registry. */
class SchemaFormatsTest {
  private static final String EVENT =
      """
      syntax = "proto3";
      package shop;
      import "google/protobuf/timestamp.proto";
      import "google/protobuf/wrappers.proto";
      import "common/box.proto";
      enum Kind { UNKNOWN = 0; GATE = 1; }
      message Other { string name = 50; }
      message Event {
        message Request { string task = 1; string text = 2; repeated common.Box boxes = 3; }
        string event_id = 1;
        oneof image { bytes image_bytes = 2; string image_uri = 3; }
        repeated Request requests = 4;
        google.protobuf.Timestamp event_time = 5;
        map<string, string> attributes = 6;
        Kind kind = 7;
        google.protobuf.StringValue image_id = 8;
        repeated int32 sizes = 9;
        Event inner = 10;
        sint32 priority = 11;
        uint64 big = 12;
        optional double weight = 13;
      }
      """;

  private static final String BOX =
      """
      syntax = "proto3";
      package common;
      message Box { double x_min = 1; double y_min = 2; double x_max = 3; double y_max = 4; }
      """;

  private static final List<Integer> EVENT_PATH = List.of(1);

  private final Map<Integer, SchemaText> schemas = new HashMap<>();

  SchemaFormatsTest() {
    schemas.put(7, new SchemaText(SchemaType.PROTOBUF, EVENT, Map.of("common/box.proto", BOX)));
    schemas.put(8, new SchemaText(SchemaType.PROTOBUF, "message {"));
    schemas.put(9, new SchemaText(SchemaType.JSON, "{}"));
  }

  private EventDecoder decoder(String... options) {
    Map<String, String> configuration = new HashMap<>();
    for (int i = 0; i < options.length; i += 2) {
      configuration.put(options[i], options[i + 1]);
    }
    return Formats.decoder(configuration, schemas);
  }

  /** Writes the fields of a message. */
  @FunctionalInterface
  private interface Writing {
    void to(CodedOutputStream out) throws IOException;
  }

  private static byte[] bytes(Writing writing) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      writing.to(out);
      out.flush();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] wire(int schema, byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(ByteBuffer.allocate(5).put((byte) 0).putInt(schema).array());
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static EventRecord message(Writing writing) {
    return record(wire(7, MessageIndexes.write(EVENT_PATH), bytes(writing)));
  }

  @Test
  void aMessageIsReadLikeJson() {
    ImageEvent event =
        event(
            decoder("events.format", "protobuf", "events.json.unknown-fields", "attributes"),
            message(
                out -> {
                  out.writeString(1, "e-1");
                  out.writeString(3, "https://example.org/a.jpg");
                  // Of a oneof, the last one counts.
                  out.writeByteArray(2, JPEG);
                  out.writeByteArray(
                      4,
                      bytes(
                          request -> {
                            request.writeString(1, "referring-expression");
                            request.writeByteArray(
                                3,
                                bytes(
                                    box -> {
                                      box.writeDouble(3, 0.5);
                                      box.writeDouble(4, 1);
                                    }));
                          }));
                  out.writeByteArray(
                      5,
                      bytes(
                          time -> {
                            time.writeInt64(1, 1_700_000_000);
                            time.writeInt32(2, 5_000_000);
                          }));
                  out.writeByteArray(
                      6,
                      bytes(
                          entry -> {
                            entry.writeString(1, "camera");
                            entry.writeString(2, "north");
                          }));
                  out.writeEnum(7, 1);
                  out.writeByteArray(8, bytes(value -> value.writeString(1, "i-1")));
                  out.writeByteArray(9, bytes(packed -> packed.writeInt32NoTag(300)));
                  out.writeInt32(9, 4);
                  out.writeSInt32(11, -3);
                  out.writeUInt64(12, -1);
                  out.writeDouble(13, Double.NaN);
                  // A field that a newer producer has.
                  out.writeString(99, "new");
                }));

    assertThat(event.getEventId()).isEqualTo("e-1");
    assertThat(event.getImageId()).isEqualTo("i-1");
    assertThat(image(event)).isEqualTo(JPEG);
    assertThat(event.getImageUri()).isNull();
    assertThat(event.getEventTime()).isEqualTo(Instant.ofEpochMilli(1_700_000_000_005L));
    assertThat(event.getPriority()).isEqualTo(-3);
    assertThat(event.getRequests())
        .singleElement()
        .extracting(ImageRequest::getBoxes)
        .isEqualTo(List.of(new RequestBox(0.0, 0.0, 0.5, 1.0, null)));
    assertThat(event.getAttributes())
        .isEqualTo(
            Map.of(
                "camera", "north",
                "kind", "GATE",
                "sizes", "[300,4]",
                "big", "18446744073709551615"));
  }

  @Test
  void indexesChooseTheMessage() {
    EventDecoder decoder = decoder("events.format", "protobuf", "events.json.event-id", "/name");
    byte[] other = bytes(out -> out.writeString(50, "n"));

    assertThat(event(decoder, record(wire(7, new byte[1], other))).getEventId()).isEqualTo("n");
    assertThat(event(decoder, record(wire(7, new byte[] {2, 0}, other))).getEventId())
        .as("also written out")
        .isEqualTo("n");
    // The identifier may be in a header instead, with the indexes behind it.
    assertThat(
            event(
                    decoder,
                    withHeader(
                        record(ByteBuffer.allocate(other.length).put(other).array()),
                        "__value_schema_id",
                        ByteBuffer.allocate(6).put((byte) 0).putInt(7).put((byte) 0).array()))
                .getEventId())
        .isEqualTo("n");
    assertThat(refused(decoder, record(wire(7, new byte[] {2, 8}, other)), "protobuf-invalid"))
        .contains("message indexes: [4]");
    assertThat(refused(decoder, record(wire(7, new byte[] {4, 0})), "record-corrupt"))
        .contains("incomplete");
  }

  @Test
  void aDescriptorInBase64IsASchema() {
    // So register Confluent's serialisers for JavaScript and Python.
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("a.proto")
            .setSyntax("proto3")
            .addMessageType(
                DescriptorProto.newBuilder()
                    .setName("A")
                    .addField(
                        FieldDescriptorProto.newBuilder()
                            .setName("event_id")
                            .setNumber(1)
                            .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
                            .setType(FieldDescriptorProto.Type.TYPE_STRING))
                    // A custom option, whose import some serialisers leave out of the references.
                    .addExtension(option(50_001)))
            .addDependency("google/protobuf/descriptor.proto")
            .addExtension(option(50_000))
            .build();
    schemas.put(
        12,
        new SchemaText(
            SchemaType.PROTOBUF, Base64.getEncoder().encodeToString(file.toByteArray())));

    assertThat(
            event(
                    decoder("events.format", "protobuf"),
                    record(wire(12, new byte[1], bytes(out -> out.writeString(1, "e")))))
                .getEventId())
        .isEqualTo("e");
  }

  private static FieldDescriptorProto option(int number) {
    return FieldDescriptorProto.newBuilder()
        .setName("option_" + number)
        .setNumber(number)
        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
        .setType(FieldDescriptorProto.Type.TYPE_STRING)
        .setExtendee(".google.protobuf.FieldOptions")
        .build();
  }

  private void schema(int id, String text, String... references) {
    Map<String, String> imports = new HashMap<>();
    for (int i = 0; i < references.length; i += 2) {
      imports.put(references[i], references[i + 1]);
    }
    schemas.put(id, new SchemaText(SchemaType.PROTOBUF, text, imports));
  }

  @Test
  void anImportMayHaveAnyName() {
    // Whatever the schema itself is called here.
    schema(
        20,
        """
        syntax = "proto3";
        import "schema.proto";
        import "_schema.proto";
        message A { common.Box event_id = 2; string id = 1; }
        """,
        "schema.proto",
        BOX,
        "_schema.proto",
        "syntax = \"proto3\"; message Other { string name = 1; }");

    assertThat(
            event(
                    decoder("events.format", "protobuf"),
                    record(wire(20, new byte[1], bytes(out -> out.writeString(1, "e")))))
                .getEventId())
        .isEqualTo("e");
  }

  @Test
  void commonTypesAreValues() {
    schema(
        21,
        """
        syntax = "proto3";
        import "google/protobuf/struct.proto";
        import "google/protobuf/duration.proto";
        import "confluent/meta.proto";
        import "confluent/type/decimal.proto";
        message A {
          string id = 1;
          google.protobuf.Struct attributes = 2;
          google.protobuf.Duration length = 3;
          google.protobuf.Value any = 4;
          google.protobuf.ListValue list = 5;
          confluent.type.Decimal price = 6;
          google.protobuf.Value nothing = 7;
        }
        """);
    byte[] text = bytes(value -> value.writeString(3, "north"));
    byte[] list =
        bytes(
            values -> {
              values.writeByteArray(1, bytes(value -> value.writeDouble(2, 1.5)));
              values.writeByteArray(1, bytes(value -> value.writeBool(4, false)));
              values.writeByteArray(1, bytes(value -> value.writeEnum(1, 0)));
            });
    byte[] inner = bytes(struct -> struct.writeByteArray(1, entry("camera", text)));
    ImageEvent event =
        event(
            decoder("events.format", "protobuf", "events.json.unknown-fields", "attributes"),
            record(
                wire(
                    21,
                    new byte[1],
                    bytes(
                        out -> {
                          out.writeString(1, "e");
                          out.writeByteArray(
                              2,
                              bytes(
                                  struct ->
                                      struct.writeByteArray(
                                          1,
                                          entry(
                                              "at",
                                              bytes(value -> value.writeByteArray(5, inner))))));
                          out.writeByteArray(
                              3,
                              bytes(
                                  duration -> {
                                    duration.writeInt64(1, 3);
                                    duration.writeInt32(2, 500_000_000);
                                  }));
                          out.writeByteArray(4, text);
                          out.writeByteArray(5, list);
                          out.writeByteArray(
                              6,
                              bytes(
                                  decimal -> {
                                    decimal.writeByteArray(1, new byte[] {4, -30});
                                    decimal.writeInt32(3, 2);
                                  }));
                          out.writeByteArray(7, bytes(value -> value.writeEnum(1, 0)));
                        }))));

    assertThat(event.getAttributes())
        .isEqualTo(
            Map.of(
                "at.camera", "north",
                "length", "3.5s",
                "any", "north",
                "list", "[1.5,false,null]",
                "price", "12.50"));
  }

  private static byte[] entry(String key, byte[] value) {
    return bytes(
        entry -> {
          entry.writeString(1, key);
          entry.writeByteArray(2, value);
        });
  }

  @Test
  void anImportThatIsMissingIsNamedIfItIsUsed() {
    String start = "syntax = \"proto3\"; import \"google/type/latlng.proto\"; ";
    schema(22, start + "message A { string id = 1; }");
    schema(23, start + "message A { string id = 1; google.type.LatLng place = 2; }");
    EventDecoder decoder = decoder("events.format", "protobuf");
    byte[] message = bytes(out -> out.writeString(1, "e"));

    assertThat(event(decoder, record(wire(22, new byte[1], message))).getEventId()).isEqualTo("e");
    assertThat(refused(decoder, record(wire(23, new byte[1], message)), "schema-unsupported"))
        .contains(
            "schema 23: import of google/type/latlng.proto, which is not among the schema's"
                + " references",
            "google.type.LatLng");
  }

  @Test
  void anEditionIsRefused() {
    schema(24, "// A comment; edition = 1.\n/* edition */ edition = \"2023\"; message A {}");
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder().setName("a.proto").setSyntax("editions");
    schema(25, Base64.getEncoder().encodeToString(file.build().toByteArray()));
    schema(26, "// edition = 1\nsyntax = \"proto3\"; message A { string id = 1; }");
    EventDecoder decoder = decoder("events.format", "protobuf");

    for (int id : new int[] {24, 25}) {
      assertThat(refused(decoder, record(wire(id, new byte[1])), "schema-unsupported"))
          .contains("schema " + id, "an edition of Protobuf (expected: syntax");
    }
    assertThat(
            event(decoder, record(wire(26, new byte[1], bytes(out -> out.writeString(1, "e")))))
                .getEventId())
        .isEqualTo("e");
  }

  @Test
  void timesOfAvroHaveTheirMeaning() throws Exception {
    Map<String, String> times =
        Map.of(
            "\"long\",\"logicalType\":\"timestamp-millis\"", "2026-01-31T12:00:00Z 1769860800000",
            "\"long\",\"logicalType\":\"timestamp-micros\"", "1970-01-01T00:00:00.005Z 5000",
            "\"long\",\"logicalType\":\"timestamp-nanos\"", "1970-01-01T00:00:00.000005Z 5000",
            "\"int\",\"logicalType\":\"date\"", "2026-01-31 20484",
            "\"long\",\"logicalType\":\"local-timestamp-micros\"",
                "2026-01-31T12:00 1769860800000000",
            "\"int\",\"logicalType\":\"time-millis\"", "12:00 43200000",
            "\"long\",\"connect.name\":\"io.debezium.time.MicroTimestamp\"",
                "2026-01-31T12:00:00Z 1769860800000000",
            "\"int\",\"connect.name\":\"io.debezium.time.Date\"", "2026-01-31 20484",
            "\"long\"", "1769860800000 1769860800000");
    for (Map.Entry<String, String> time : times.entrySet()) {
      String[] shown = time.getValue().split(" ", -1);
      Schema schema =
          new Schema.Parser()
              .parse(
                  "{\"type\":\"record\",\"name\":\"E\",\"fields\":[{\"name\":\"after\",\"type\":"
                      + "{\"type\":\"record\",\"name\":\"V\",\"fields\":["
                      + "{\"name\":\"id\",\"type\":\"long\"},"
                      + "{\"name\":\"taken\",\"type\":{\"type\":"
                      + time.getKey()
                      + "}}]}},{\"name\":\"op\",\"type\":\"string\"}]}");
      schemas.put(30, new SchemaText(SchemaType.AVRO, schema.toString()));
      GenericRecord after = new GenericData.Record(schema.getField("after").schema());
      after.put("id", 1L);
      long number = Long.parseLong(shown[1]);
      if (time.getKey().startsWith("\"int\"")) {
        after.put("taken", (int) number);
      } else {
        after.put("taken", number);
      }
      GenericRecord change = new GenericData.Record(schema);
      change.put("after", after);
      change.put("op", "c");
      EventRecord record = record(wire(30, avro(schema, change)));

      assertThat(
              event(
                      decoder(
                          "events.envelope", "debezium",
                          "events.json.unknown-fields", "attributes"),
                      record)
                  .getAttributes())
          .as(time.getKey())
          .isEqualTo(Map.of("taken", shown[0]));
      EventDecoder timed =
          decoder("events.envelope", "debezium", "events.json.event-time", "/taken");
      if (shown[0].endsWith("Z")) {
        assertThat(event(timed, record).getEventTime())
            .isEqualTo(Instant.ofEpochMilli(Instant.parse(shown[0]).toEpochMilli()));
      } else if (shown[0].equals(shown[1])) {
        assertThat(event(timed, record).getEventTime()).isEqualTo(Instant.ofEpochMilli(number));
      } else {
        // Without a zone it is no instant.
        assertThat(refused(timed, record, "field-invalid")).contains("/taken", shown[0]);
      }
    }
  }

  @Test
  void aByteOrderMarkIsPassedOver() {
    EventDecoder decoder = decoder("events.format", "json-schema");
    byte[] document = Formats.utf8("\ufeff{\"id\": \"a\"}");

    assertThat(event(decoder, record(wire(9, document))).getEventId()).isEqualTo("a");
    assertThat(event(Formats.decoder("json"), record(document)).getEventId()).isEqualTo("a");
    // Other characters begin with the same byte.
    assertThat(
            refused(
                decoder, record(wire(9, Formats.utf8("\uf000{\"id\": \"a\"}"))), "format-mismatch"))
        .contains("not JSON");
  }

  @Test
  void whatIsNoSuchMessageIsRefused() {
    EventDecoder decoder = decoder("events.format", "protobuf");

    assertThat(refused(decoder, message(out -> out.writeString(50, "n")), "protobuf-invalid"))
        .contains("no field of message shop.Event");
    assertThat(
            refused(
                decoder,
                record(wire(7, MessageIndexes.write(EVENT_PATH), new byte[] {0x0a, 5, 'a'})),
                "protobuf-invalid"))
        .contains("do not match message shop.Event");
    assertThat(
            refused(
                decoder,
                message(out -> out.writeBytes(1, ByteString.copyFrom(new byte[] {-1}))),
                "protobuf-invalid"))
        .contains("UTF-8");
    assertThat(refused(decoder, record(wire(5, new byte[1])), "unknown-schema-id"))
        .contains("GUID");
    assertThat(refused(decoder, record(wire(8, new byte[1])), "schema-unsupported"))
        .contains("schema 8", "a .proto file");
    assertThat(refused(decoder, record(wire(9, new byte[1])), "schema-unsupported"))
        .contains("a schema of type JSON");
    assertThat(refused(decoder, record(JPEG), "bad-magic")).contains("events.format: image");
    assertThat(refused(decoder, record("{\"id\": 1}"), "bad-magic"))
        .contains("events.format: json");
    assertThat(refused(decoder, record(new byte[0]), "record-empty")).contains("no bytes");
  }

  @Test
  void hostileMessagesStayWithinLimits() {
    EventDecoder decoder = decoder("events.format", "protobuf");
    byte[] deep = new byte[0];
    for (int i = 0; i < 10_000; i++) {
      byte[] inner = deep;
      deep = bytes(out -> out.writeByteArray(10, inner));
    }
    byte[] nested = deep;
    assertThat(
            refused(
                decoder,
                record(wire(7, MessageIndexes.write(EVENT_PATH), nested)),
                "protobuf-too-deep"))
        .contains("64");
    // Groups of unknown fields, which a reader skips one in the other.
    byte[] groups = new byte[20_000];
    Arrays.fill(groups, (byte) (15 << 3 | 3));
    assertThat(
            refused(
                decoder,
                record(wire(7, MessageIndexes.write(EVENT_PATH), groups)),
                "protobuf-invalid"))
        .contains("shop.Event");
    // Two bytes each.
    byte[] empty =
        bytes(
            out -> {
              for (int i = 0; i < 1_000_000; i++) {
                out.writeByteArray(4, new byte[0]);
              }
            });
    assertThat(
            refused(
                decoder,
                record(wire(7, MessageIndexes.write(EVENT_PATH), empty)),
                "event-too-large"))
        .contains("100000 values");
    assertThat(
            refused(
                decoder("events.format", "protobuf", "events.json.max-bytes", "1 kb"),
                message(out -> out.writeByteArray(2, new byte[1024])),
                "event-too-large"))
        .contains("events.json.max-bytes");
  }

  @Test
  void debeziumIsReadFromProtobufAndAvro() throws Exception {
    schemas.put(
        10,
        new SchemaText(
            SchemaType.PROTOBUF,
            """
            syntax = "proto3";
            message Envelope { Value before = 1; Value after = 2; string op = 3; }
            message Value { int32 id = 1; string photo = 2; }
            """));
    EventDecoder protobuf =
        decoder(
            "events.format", "protobuf",
            "events.envelope", "debezium",
            "events.json.image-uri", "/photo");
    byte[] row =
        bytes(
            out -> {
              out.writeInt32(1, 42);
              out.writeString(2, "https://example.org/a.jpg");
            });
    ImageEvent event =
        event(
            protobuf,
            record(
                wire(
                    10,
                    new byte[1],
                    bytes(
                        out -> {
                          out.writeByteArray(2, row);
                          out.writeString(3, "c");
                        }))));
    assertThat(event.getEventId()).isEqualTo("42");
    assertThat(event.getImageUri()).isEqualTo("https://example.org/a.jpg");
    assertThat(
            protobuf.decode(record(wire(10, new byte[1], bytes(out -> out.writeString(3, "d"))))))
        .isNull();

    Schema schema =
        new Schema.Parser()
            .parse(
                "{\"type\":\"record\",\"name\":\"Envelope\",\"fields\":["
                    + "{\"name\":\"after\",\"type\":[\"null\",{\"type\":\"record\",\"name\":\"V\","
                    + "\"fields\":[{\"name\":\"id\",\"type\":\"long\"},"
                    + "{\"name\":\"picture\",\"type\":\"bytes\"},"
                    + "{\"name\":\"price\",\"type\":{\"type\":\"bytes\",\"logicalType\":\"decimal\","
                    + "\"precision\":9,\"scale\":2}}]}]},{\"name\":\"op\",\"type\":\"string\"}]}");
    schemas.put(11, new SchemaText(SchemaType.AVRO, schema.toString()));
    GenericRecord after =
        new GenericData.Record(schema.getField("after").schema().getTypes().get(1));
    after.put("id", 43L);
    after.put("picture", ByteBuffer.wrap(JPEG));
    after.put("price", ByteBuffer.wrap(new BigDecimal("12.50").unscaledValue().toByteArray()));
    GenericRecord change = new GenericData.Record(schema);
    change.put("after", after);
    change.put("op", "u");
    EventDecoder avro =
        decoder(
            "events.envelope", "debezium",
            "events.json.image-bytes", "/picture",
            "events.json.unknown-fields", "attributes");
    ImageEvent updated = event(avro, record(wire(11, avro(schema, change))));
    assertThat(updated.getEventId()).isEqualTo("43");
    assertThat(image(updated)).isEqualTo(JPEG);
    assertThat(updated.getAttributes()).isEqualTo(Map.of("price", "12.50"));
    change.put("after", null);
    change.put("op", "d");
    assertThat(avro.decode(record(wire(11, avro(schema, change))))).isNull();
    assertThat(refused(avro, record(wire(11, new byte[] {2, 1})), "field-invalid"))
        .contains("do not match schema Envelope");
    assertThat(refused(avro, record(wire(7, new byte[1])), "schema-unsupported"))
        .contains("of type PROTOBUF");
  }

  private static byte[] avro(Schema schema, GenericRecord record) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  @Test
  void jsonWithASchemaIsReadWithoutIt() {
    EventDecoder decoder = decoder("events.format", "json-schema");
    byte[] document = Formats.utf8("{\"id\": \"a\", \"url\": \"https://example.org/a.jpg\"}");

    // No registry knows 99.
    assertThat(event(decoder, record(wire(99, document))).getEventId()).isEqualTo("a");
    byte[] header = ByteBuffer.allocate(5).put((byte) 0).putInt(9).array();
    assertThat(
            event(decoder, withHeader(record(document), "__value_schema_id", header)).getEventId())
        .isEqualTo("a");
    assertThat(
            event(decoder, withHeader(record(wire(9, document)), "__value_schema_id", header))
                .getEventId())
        .isEqualTo("a");
    assertThat(refused(decoder, record(document), "bad-magic")).contains("events.format: json");
    assertThat(refused(decoder, record(wire(9, new byte[] {4, 4})), "format-mismatch"))
        .contains("events.format: avro");
    assertThat(refused(decoder, record(wire(9, Formats.utf8("{\"a\":"))), "json-invalid"))
        .contains("expected");
    assertThat(refused(Formats.decoder("json"), record(wire(9, document)), "format-mismatch"))
        .contains("set events.format: json-schema");
    assertThat(refused(decoder, record(new byte[] {0, 0}), "record-corrupt")).contains("bytes: 2");
  }
}
