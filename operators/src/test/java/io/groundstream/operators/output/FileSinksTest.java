package io.groundstream.operators.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.operators.archive.parquet.ParquetRows;
import io.groundstream.operators.output.OutputOptions.Compression;
import io.groundstream.operators.output.OutputOptions.Format;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.core.fs.local.LocalDataInputStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.parquet.column.ColumnDescriptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Runs the sink in a job with checkpoints, and reads the files with other tools. */
class FileSinksTest {
  private static final int IMAGES = 500;

  @TempDir Path directory;

  private static GroundedImage image(int number) {
    return GroundedImage.newBuilder()
        .setImageId("image-" + number)
        .setEventId("event-" + number)
        .setWidth(number)
        .setAttributes(Map.of("number", Integer.toString(number)))
        .setProcessingTime(Instant.ofEpochMilli(1_700_000_000_000L + number))
        .build();
  }

  private void write(Format format, Compression compression) throws Exception {
    OutputEncoders encoders = OutputEncoders.plain();
    List<OutputRecord> records = new ArrayList<>();
    for (int i = 0; i < IMAGES; i++) {
      records.add(new OutputRecord(OutputTopic.IMAGES, null, encoders.images().encode(image(i))));
      if (i % 2 == 0) {
        GroundedPhrase phrase = GroundedPhrase.newBuilder().setImageId("image-" + i).build();
        records.add(new OutputRecord(OutputTopic.PHRASES, null, encoders.phrases().encode(phrase)));
      }
    }
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(
        CheckpointingOptions.CHECKPOINTING_INTERVAL, java.time.Duration.ofMinutes(10));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(16));
    configuration.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(16));
    StreamExecutionEnvironment environment =
        StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    environment
        .fromData(TypeInformation.of(OutputRecord.class), records.toArray(new OutputRecord[0]))
        .sinkTo(
            OutputSinks.of(
                new FileOutput(directory.toUri().toString(), format, compression, "photos")));
    environment.execute();
  }

  private List<Path> files(String folder) throws Exception {
    try (Stream<Path> files = Files.list(directory.resolve(folder))) {
      return files.toList();
    }
  }

  @ParameterizedTest
  @EnumSource
  void avroFilesHoldEveryRecordOnceInAFolderOfItsKind(Compression compression) throws Exception {
    write(Format.AVRO, compression);

    List<GroundedImage> images = new ArrayList<>();
    for (Path file : files("images")) {
      assertThat(file.getFileName().toString()).startsWith("photos-").endsWith(".avro");
      try (DataFileReader<GroundedImage> reader =
          new DataFileReader<>(file.toFile(), new SpecificDatumReader<>(GroundedImage.class))) {
        assertThat(reader.getMetaString("avro.codec")).isEqualTo(compression.toString());
        assertThat(reader.getMetaString("avro.schema")).doesNotContain("avro.java.string");
        reader.forEach(images::add);
      }
    }
    assertThat(images).hasSize(IMAGES).doesNotHaveDuplicates().contains(image(7));
    int phrases = 0;
    for (Path file : files("phrases")) {
      try (DataFileReader<GroundedPhrase> reader =
          new DataFileReader<>(file.toFile(), new SpecificDatumReader<>(GroundedPhrase.class))) {
        for (GroundedPhrase phrase : reader) {
          assertThat(phrase.getImageId()).startsWith("image-");
          phrases++;
        }
      }
    }
    assertThat(phrases).isEqualTo(IMAGES / 2);
    assertThat(directory.resolve("dead-letters")).doesNotExist();
  }

  @ParameterizedTest
  @EnumSource
  void parquetFilesAreWhole(Compression compression) throws Exception {
    write(Format.PARQUET, compression);

    for (String folder : List.of("images", "phrases")) {
      long rows = 0;
      for (Path file : files(folder)) {
        assertThat(file.getFileName().toString()).startsWith("photos-").endsWith(".parquet");
        byte[] bytes = Files.readAllBytes(file);
        ByteArrayOutputStream ends = new ByteArrayOutputStream();
        ends.write(bytes, 0, 4);
        ends.write(bytes, bytes.length - 4, 4);
        assertThat(ends).hasToString("PAR1PAR1");
        rows += rows(file);
      }
      assertThat(rows).isEqualTo(folder.equals("images") ? IMAGES : IMAGES / 2);
    }
  }

  /** Returns the number of rows read from all pages of a file. */
  private static long rows(Path file) throws Exception {
    try (ParquetRows rows =
        ParquetRows.open(
            new LocalDataInputStream(file.toFile()),
            new org.apache.flink.core.fs.Path(file.toUri()),
            Files.size(file),
            Integer.MAX_VALUE)) {
      List<ColumnDescriptor> columns =
          rows.schema().getColumns().stream()
              .filter(column -> column.getMaxRepetitionLevel() == 0)
              .toList();
      long count = 0;
      for (int group = 0; group < rows.groups(); group++) {
        rows.startGroup(group, columns, List.of());
        while (rows.next(new @Nullable Object[columns.size()])) {
          count++;
        }
      }
      return count;
    }
  }

  /** Skipped if no Python with these packages is installed. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AVRO|DEFLATE|import fastavro,sys;"
            + " print(len(list(fastavro.reader(open(sys.argv[1],'rb')))))",
        "PARQUET|ZSTANDARD|import polars,sys; print(len(polars.read_parquet(sys.argv[1])))",
        "PARQUET|ZSTANDARD|import duckdb,sys; print(len(duckdb.read_parquet(sys.argv[1])))"
      },
      quoteCharacter = '`')
  void pythonOpensFilesAsInstalled(Format format, Compression compression, String program)
      throws Exception {
    String library = program.substring("import ".length(), program.indexOf(','));
    String python = System.getProperty("groundstream.python", "python3");
    Assumptions.assumeTrue(
        run(python, "-c", "import " + library) != null, python + " has no " + library);
    write(format, compression);

    int records = 0;
    for (Path file : files("images")) {
      String printed = run(python, "-c", program, file.toString());
      assertThat(printed).as(library + " opens " + file).isNotNull();
      records += Integer.parseInt(String.valueOf(printed));
    }
    assertThat(records).isEqualTo(IMAGES);
  }

  /** Returns the output of a program, or null if it fails or does not exist. */
  private static @Nullable String run(String... command) throws Exception {
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      String printed =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? printed : null;
    } catch (IOException e) {
      return null;
    }
  }
}
