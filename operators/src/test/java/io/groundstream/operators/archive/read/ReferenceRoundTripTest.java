package io.groundstream.operators.archive.read;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.groundstream.avro.ImageEvent;
import io.groundstream.operators.archive.Archives;
import io.groundstream.operators.fetch.FetchSettings;
import io.groundstream.operators.fetch.FetchedImage;
import io.groundstream.operators.fetch.HttpFetchSettings;
import io.groundstream.operators.fetch.ImageFetchers;
import io.groundstream.operators.uri.NastyNames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files named in manifests and Parquet files are found, with any name that a file system allows.
 */
class ReferenceRoundTripTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final Schema URIS =
      SchemaBuilder.record("row").fields().requiredString("uri").endRecord();

  /** Without names with surrounding spaces, because those are stripped from references. */
  private static final List<String> NAMES =
      NastyNames.ALL.stream().filter(name -> name.strip().equals(name)).toList();

  /** The number of references to each name. */
  private static final int WAYS = 4;

  @TempDir Path folder;

  private Path images(String folderName) throws Exception {
    Path images = Files.createDirectory(folder.resolve(folderName));
    for (String name : NAMES) {
      Files.writeString(images.resolve(name), name);
    }
    return images;
  }

  private static List<String> references(Path images) {
    List<String> references = new ArrayList<>();
    for (String name : NAMES) {
      references.add(name);
      references.add(images + "/" + name);
      references.add("./x/../" + name);
      references.add(images.resolve(name).toUri().toString());
    }
    return references;
  }

  private void assertFound(Path file, List<String> references) throws Exception {
    List<ArchivedEvent> events = Reading.all(Archives.settings(file.toString()));
    assertThat(events).hasSameSizeAs(references);
    FetchSettings below =
        new FetchSettings(
            List.of(folder.toString()), 2, Duration.ofSeconds(20), HttpFetchSettings.NONE, 1 << 20);
    try (ImageFetchers fetchers = ImageFetchers.open(below, 1000)) {
      for (int i = 0; i < references.size(); i++) {
        ImageEvent event = Reading.event(events.get(i));
        try (FetchedImage image = fetchers.fetch(event.getImageUri(), null).get()) {
          assertThat(image.bytes())
              .as(references.get(i))
              .asString(StandardCharsets.UTF_8)
              .isEqualTo(NAMES.get(i / WAYS));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"plain", "'ü 50%#1 12:30'", "u\u0308", "a%20b"})
  void areFoundByEveryTable(String folderName) throws Exception {
    Path images = images(folderName);
    List<String> references = references(images);

    StringBuilder csv = new StringBuilder("uri\n");
    StringBuilder lines = new StringBuilder();
    for (String reference : references) {
      csv.append('"').append(reference.replace("\"", "\"\"")).append("\"\n");
      lines.append(JSON.writeValueAsString(Map.of("uri", reference))).append('\n');
    }
    assertFound(Files.writeString(images.resolve("m.csv"), csv), references);
    assertFound(Files.writeString(images.resolve("m.jsonl"), lines), references);

    Path parquet = images.resolve("m.parquet");
    try (ParquetWriter<GenericRecord> writer =
        AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(parquet))
            .withSchema(URIS)
            .withDataModel(GenericData.get())
            .withConf(new PlainParquetConfiguration())
            .withCodecFactory(new PageCompressors())
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .build()) {
      for (String reference : references) {
        GenericRecord row = new GenericData.Record(URIS);
        row.put("uri", reference);
        writer.write(row);
      }
    }
    assertFound(parquet, references);
  }

  @ParameterizedTest
  @CsvSource({
    "https://h.example/a b.jpg, https://h.example/a b.jpg",
    "s3://bucket/ü.jpg, s3://bucket/ü.jpg",
    "file:/a/b.jpg, file:/a/b.jpg",
    "hdfs:/a/b.jpg, hdfs:/a/b.jpg",
    "'data:image/png;base64,YQ', 'data:image/png;base64,YQ'",
    "12:30.jpg, s3://b/f/12:30.jpg",
    "foto:1.jpg, s3://b/f/foto:1.jpg",
    "a:b/c.jpg, s3://b/f/a:b/c.jpg",
    "data:1.jpg, s3://b/f/data:1.jpg",
    "C:\\x.jpg, s3://b/f/C:%5Cx.jpg",
    "/g/ü.jpg, s3://b/g/%C3%BC.jpg",
    "../g/50%.jpg, s3://b/g/50%25.jpg",
    "../../../g.jpg, s3://b/g.jpg",
  })
  void aColonInANameDoesNotMakeAScheme(String reference, String uri) {
    assertThat(new ReferenceResolver("s3://b/f/m.csv").resolve(reference)).isEqualTo(uri);
  }
}
