package io.groundstream.operators.archive.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.archive.Archives;
import io.groundstream.operators.archive.parquet.ParquetRows;
import io.groundstream.operators.archive.plan.ArchiveException;
import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.flink.core.fs.local.LocalDataInputStream;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ParquetFileUnitReaderTest {
  private static final Schema IMAGES =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "r", "fields": [
                {"name": "id", "type": ["null", "string"]},
                {"name": "image", "type": {"type": "record", "name": "i", "fields": [
                  {"name": "bytes", "type": ["null", "bytes"]},
                  {"name": "path", "type": "string"}]}},
                {"name": "count", "type": "int"},
                {"name": "when", "type": {"type": "long", "logicalType": "timestamp-millis"}},
                {"name": "tags", "type": {"type": "array", "items": "string"}}]}\
              """);

  @TempDir Path folder;

  private ArchiveSettings settings() {
    return Archives.settings(folder.toString());
  }

  /** Writes rows into row groups of a few rows each. */
  private Path write(String name, List<GenericRecord> rows, Schema schema) throws IOException {
    return write(name, rows, schema, CompressionCodecName.UNCOMPRESSED);
  }

  private Path write(
      String name, List<GenericRecord> rows, Schema schema, CompressionCodecName codec)
      throws IOException {
    Path file = folder.resolve(name);
    Files.deleteIfExists(file);
    try (ParquetWriter<GenericRecord> writer =
        AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
            .withSchema(schema)
            .withDataModel(GenericData.get())
            .withConf(new PlainParquetConfiguration())
            .withRowGroupRowCountLimit(10)
            .withCodecFactory(new PageCompressors())
            .withCompressionCodec(codec)
            .build()) {
      for (GenericRecord row : rows) {
        writer.write(row);
      }
    }
    return file;
  }

  private static List<GenericRecord> images(int count) {
    List<GenericRecord> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      GenericRecord image = new GenericData.Record(IMAGES.getField("image").schema());
      image.put(
          "bytes", i == 3 ? null : ByteBuffer.wrap(Archives.image(i, i == 5 ? 100_001 : 100)));
      image.put("path", i + ".jpg");
      GenericRecord row = new GenericData.Record(IMAGES);
      row.put("id", i == 1 ? null : "p" + (i == 7 ? 6 : i));
      row.put("image", image);
      row.put("count", i);
      row.put("when", 1_700_000_000_000L);
      row.put("tags", List.of("a"));
      rows.add(row);
    }
    return rows;
  }

  private static List<String> outcomes(int count) {
    List<String> outcomes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      outcomes.add(
          switch (i) {
            case 1 -> "parquet-row-invalid";
            // Its bytes are null, so its path is used.
            case 3 -> "p3{count=3, when=2023-11-14T22:13:20.000+0000}";
            case 5 -> "entry-too-large";
            case 7 -> "duplicate-key";
            default ->
                "p"
                    + i
                    + "{count="
                    + i
                    + ", image.path="
                    + i
                    + ".jpg, when=2023-11-14T22:13:20.000+0000}";
          });
    }
    return outcomes;
  }

  @Test
  void readsImagesIdentifiersAndAttributes() throws Exception {
    write("a.parquet", images(35), IMAGES);

    List<ArchivedEvent> events = Reading.all(settings());

    assertThat(Reading.outcomes(events)).containsExactlyElementsOf(outcomes(35));
    ImageEvent event = Reading.event(events.get(34));
    assertThat(event.getImageBytes()).isEqualTo(ByteBuffer.wrap(Archives.image(34, 100)));
    assertThat(events.get(34).event().getOriginPosition()).isEqualTo("34");
    assertThat(Reading.event(events.get(3)).getImageUri()).endsWith("/3.jpg");
    assertThat(events.get(1).event().getFailureMessage())
        .contains("a.parquet, row 1: id: null (expected: an identifier)");
    assertThat(events.get(5).event().getFailureMessage()).contains("row 5", "100001 bytes");
  }

  @Test
  void continuesAfterEveryRow() throws Exception {
    write("a.parquet", images(35), IMAGES);
    UnitPart part = Reading.parts(settings()).get(0);
    List<ArchivedEvent> events =
        Reading.from(part, PartPosition.startOf(part), Reading.context(settings()));
    for (int i = 0; i < events.size(); i++) {
      assertThat(
              Reading.outcomes(
                  Reading.from(part, events.get(i).after(), Reading.context(settings()))))
          .containsExactlyElementsOf(outcomes(35).subList(i + 1, 35));
    }
  }

  @Test
  void severalReadersShareOneFile() throws Exception {
    write("a.parquet", images(35), IMAGES);
    ArchiveSettings settings = Archives.settings(1500, folder.toString());

    assertThat(Reading.parts(settings)).hasSizeGreaterThan(3);
    assertThat(Reading.outcomes(Reading.all(settings))).containsExactlyElementsOf(outcomes(35));
  }

  @Test
  void readsUris() throws Exception {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "r", "fields": [
                  {"name": "uri", "type": ["null", "string"]},
                  {"name": "requests", "type": "string"}]}\
                """);
    GenericRecord row = new GenericData.Record(schema);
    row.put("uri", "pictures/1.jpg");
    row.put("requests", "[{\"task\": \"caption\"}]");
    GenericRecord without = new GenericData.Record(schema);
    without.put("requests", "");
    write("uris.parquet", List.of(row, without), schema);

    List<ArchivedEvent> events = Reading.all(settings());

    assertThat(Reading.outcomes(events)).containsExactly("uris/0", "parquet-row-invalid");
    ImageEvent event = Reading.event(events.get(0));
    assertThat(event.getImageUri()).isEqualTo(folder.toUri() + "pictures/1.jpg");
    assertThat(event.getRequests().get(0).getTask()).isEqualTo("caption");
  }

  @ParameterizedTest
  @EnumSource(names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD"})
  void readsCompressedPages(CompressionCodecName codec) throws Exception {
    Path file = write("a.parquet", images(35), IMAGES, codec);

    assertThat(Reading.outcomes(Reading.all(settings()))).containsExactlyElementsOf(outcomes(35));

    byte[] damaged = Files.readAllBytes(file);
    damaged[middleOfGroup(file, 1)] ^= 1;
    Files.write(file, damaged);
    List<String> expected = new ArrayList<>(outcomes(10));
    expected.add("parquet-corrupt");
    expected.addAll(outcomes(35).subList(20, 35));

    List<ArchivedEvent> events = Reading.all(settings());

    assertThat(Reading.outcomes(events)).containsExactlyElementsOf(expected);
    assertThat(events.get(10).event().getFailureMessage())
        .contains("a.parquet, rows 10 to 19, row group 1: ");
    assertThat(events.get(10).event().getOriginPosition()).isEqualTo("10");
    UnitPart part = Reading.parts(settings()).get(0);
    for (int i = 0; i < events.size(); i++) {
      assertThat(
              Reading.outcomes(
                  Reading.from(part, events.get(i).after(), Reading.context(settings()))))
          .containsExactlyElementsOf(expected.subList(i + 1, expected.size()));
    }
  }

  private static int middleOfGroup(Path file, int group) throws Exception {
    try (ParquetRows rows =
        ParquetRows.open(
            new LocalDataInputStream(file.toFile()),
            new org.apache.flink.core.fs.Path(file.toUri()),
            Files.size(file),
            Integer.MAX_VALUE)) {
      return (int) ((rows.offsetOf(group) + rows.offsetOf(group + 1)) / 2);
    }
  }

  @Test
  void anOversizedRowGroupIsNotRead() throws Exception {
    ArchiveSettings settings = Archives.settings(1 << 28, 1000, null, folder.toString());
    write("a.parquet", images(10), IMAGES);

    List<ArchivedEvent> events = Reading.all(settings);

    assertThat(Reading.outcomes(events)).containsExactly("parquet-corrupt");
    assertThat(events.get(0).event().getFailureMessage())
        .contains("(expected: at most 1000, archive.max-row-group-bytes");
  }

  @Test
  void theImageColumnIsConfigurable() throws Exception {
    Schema schema = bytes("picture");
    write("a.parquet", List.of(row(schema, Archives.image(1, 100))), schema);
    write("b.parquet", images(2), IMAGES);
    ArchiveSettings settings = Archives.settings(1 << 28, 1 << 26, "picture", folder.toString());

    List<ArchivedEvent> events = Reading.all(settings);

    assertThat(Reading.outcomes(events)).containsExactly("a/0", "parquet-column-mismatch");
    assertThat(Reading.event(events.get(0)).getImageBytes())
        .isEqualTo(ByteBuffer.wrap(Archives.image(1, 100)));
    assertThat(events.get(1).event().getFailureMessage())
        .contains("b.parquet: columns: [id, image.bytes,", "(expected: also picture,");
  }

  private static Schema bytes(String column) {
    return SchemaBuilder.record("r").fields().requiredBytes(column).endRecord();
  }

  private static GenericRecord row(Schema schema, byte[] bytes) {
    GenericRecord row = new GenericData.Record(schema);
    row.put(0, ByteBuffer.wrap(bytes));
    return row;
  }

  @Test
  void aBrokenFileIsReportedByOneOfItsParts() throws Exception {
    Files.write(folder.resolve("a.parquet"), new byte[5000]);

    assertThat(Reading.outcomes(Reading.all(Archives.settings(1500, folder.toString()))))
        .containsExactly("parquet-corrupt");
  }

  @Test
  void aColumnOfAnotherTypeIsReported() throws Exception {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "r", "fields": [{"name": "image", "type": "int"}]}\
                """);
    GenericRecord row = new GenericData.Record(schema);
    row.put("image", 1);
    write("a.parquet", images(2), IMAGES);
    write("b.parquet", List.of(row), schema);

    List<ArchivedEvent> events = Reading.all(settings());

    assertThat(Reading.outcomes(events).get(2)).isEqualTo("parquet-column-mismatch");
    assertThat(events.get(2).event().getFailureMessage())
        .contains("b.parquet: image: required int32 image (expected: binary, an image's bytes");
  }

  @Test
  void columnsMissingInAllFilesFailTheJob() throws Exception {
    Schema schema = bytes("thing");
    write("a.parquet", List.of(row(schema, new byte[1])), schema);

    assertThatThrownBy(() -> Reading.all(settings()))
        .isInstanceOf(ArchiveException.class)
        .hasMessageContaining(
            "columns: [thing] (expected: also one with images or their URIs, such as uri,");
  }

  @Test
  void damageIsReportedAndNeverThrown() throws Exception {
    Path file = write("a.parquet", images(35), IMAGES);
    byte[] sound = Files.readAllBytes(file);
    Random random = new Random(3);
    for (int round = 0; round < 200; round++) {
      byte[] damaged = sound.clone();
      if (round % 2 == 0) {
        damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
      } else {
        for (int i = 0; i < 4; i++) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
      }
      Files.write(file, damaged);
      List<String> outcomes = Reading.outcomes(Reading.all(settings()));
      if (round % 2 == 0) {
        assertThat(outcomes)
            .as("cut to %s bytes", damaged.length)
            .containsExactly("parquet-corrupt");
      } else {
        assertThat(outcomes).isNotEmpty();
      }
    }
  }
}
