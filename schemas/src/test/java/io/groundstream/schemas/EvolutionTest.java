package io.groundstream.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaFormatter;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Verifies that all released versions of a schema read each other's records.
 *
 * <p>Every folder below {@code src/test/resources/released} is one version: for each topic's record
 * it has the complete schema ({@code Name.avsc}) and one record in the wire format ({@code
 * Name.bin}). These files are never changed. A release with changed schemas adds the next folder by
 * running this test with {@code -Dreleased.version=v2}, and commits it.
 */
class EvolutionTest {
  private static final Path RELEASED = Path.of("src/test/resources/released");
  private static final String NEW_VERSION = System.getProperty("released.version", "");
  private static final int WRITER_ID = 1;

  private static final Map<String, SpecificRecord> TODAY = new LinkedHashMap<>();

  static {
    for (SpecificRecord record : Samples.all()) {
      TODAY.put(record.getSchema().getName(), record);
    }
  }

  record Released(String version, String name, Schema schema, byte[] bytes) {
    @Override
    public String toString() {
      return version + "/" + name;
    }
  }

  static List<Released> released() throws IOException {
    if (!NEW_VERSION.isEmpty()) {
      release(RELEASED.resolve(NEW_VERSION));
    }
    List<Released> all = new ArrayList<>();
    try (Stream<Path> files = Files.walk(RELEASED)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".avsc")).sorted().toList()) {
        String name = file.getFileName().toString().replace(".avsc", "");
        all.add(
            new Released(
                RELEASED.relativize(file).getName(0).toString(),
                name,
                new Schema.Parser().parse(new File(file.toString())),
                Files.readAllBytes(file.resolveSibling(name + ".bin"))));
      }
    }
    return all;
  }

  private static void release(Path folder) throws IOException {
    Files.createDirectories(folder);
    for (SpecificRecord record : TODAY.values()) {
      String name = record.getSchema().getName();
      Files.writeString(
          folder.resolve(name + ".avsc"),
          SchemaFormatter.format("json/pretty", PortableSchemas.of(record.getSchema())) + "\n");
      Files.write(folder.resolve(name + ".bin"), encode(record));
    }
  }

  /** Encodes a record with the schema of its runtime class. */
  private static <T extends SpecificRecord> byte[] encode(T record) {
    @SuppressWarnings("unchecked")
    Class<T> type = (Class<T>) record.getClass();
    return AvroWireEncoder.withId(WRITER_ID, type).encode(record);
  }

  private static SpecificRecord today(Released released) {
    SpecificRecord record = TODAY.get(released.name());
    if (record == null) {
      throw new AssertionError(released + " belongs to no current topic; topics cannot be dropped");
    }
    return record;
  }

  @Test
  void currentSchemasAreReleased() throws Exception {
    Map<String, Schema> latest = new LinkedHashMap<>();
    for (Released released : released()) {
      latest.put(released.name(), released.schema());
    }

    assertThat(latest).hasSameSizeAs(TODAY);
    for (SpecificRecord record : TODAY.values()) {
      assertThat(latest.get(record.getSchema().getName()))
          .as(
              "the newest released schema of %s; a change needs a new folder: see this class's"
                  + " Javadoc",
              record.getSchema().getName())
          .isEqualTo(PortableSchemas.of(record.getSchema()));
    }
  }

  @ParameterizedTest
  @MethodSource("released")
  void currentReadersReadTheRecordsOfEveryVersion(Released released) throws Exception {
    SpecificRecord today = today(released);

    SpecificRecord read =
        new AvroWireDecoder<>(
                id -> released.schema(), today.getClass().asSubclass(SpecificRecord.class))
            .decode(released.bytes());

    // Nothing that this version wrote is lost: its own reader gets the same record back.
    GenericRecord written = generic(released.schema(), released.schema(), released.bytes());
    GenericRecord back = generic(today.getSchema(), released.schema(), encode(read));
    assertThat(back).isEqualTo(written);
  }

  @ParameterizedTest
  @MethodSource("released")
  void readersOfEveryVersionReadCurrentRecords(Released released) throws Exception {
    SpecificRecord today = today(released);

    GenericRecord read = generic(today.getSchema(), released.schema(), encode(today));

    assertThat(read.getSchema()).isEqualTo(released.schema());
    for (Schema.Field field : released.schema().getFields()) {
      assertThat(today.getSchema().getField(field.name())).as(field.name()).isNotNull();
    }
  }

  @Test
  void allVersionsAreCompatibleWithEachOther() throws Exception {
    List<Schema> schemas = new ArrayList<>();
    released().forEach(released -> schemas.add(released.schema()));
    TODAY.values().forEach(record -> schemas.add(record.getSchema()));

    for (Schema reader : schemas) {
      for (Schema writer : schemas) {
        if (reader.getName().equals(writer.getName())) {
          assertThat(SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType())
              .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
        }
      }
    }
  }

  @Test
  void everyFieldHasADefaultAndADescription() {
    for (SpecificRecord record : TODAY.values()) {
      assertDescribed(record.getSchema());
    }
  }

  private static void assertDescribed(Schema schema) {
    switch (schema.getType()) {
      case RECORD -> {
        assertThat(schema.getDoc()).as(schema.getFullName()).isNotBlank();
        for (Schema.Field field : schema.getFields()) {
          String name = schema.getName() + "." + field.name();
          assertThat(field.hasDefaultValue()).as("default of " + name).isTrue();
          assertThat(field.doc()).as("description of " + name).isNotBlank();
          assertDescribed(field.schema());
        }
      }
      case ARRAY -> assertDescribed(schema.getElementType());
      case MAP -> assertDescribed(schema.getValueType());
      case UNION -> schema.getTypes().forEach(EvolutionTest::assertDescribed);
      case ENUM, FIXED -> throw new AssertionError(schema + " cannot grow; use a string or bytes");
      case STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {}
    }
  }

  private static GenericRecord generic(Schema writer, Schema reader, byte[] wire)
      throws IOException {
    int start = AvroWireEncoder.HEADER_BYTES;
    return new GenericDatumReader<GenericRecord>(writer, reader)
        .read(null, DecoderFactory.get().binaryDecoder(wire, start, wire.length - start, null));
  }
}
