package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.jobs.backfill.Backfill;
import io.groundstream.jobs.backfill.BackfillException;
import io.groundstream.jobs.backfill.BackfillSummary;
import io.groundstream.jobs.cli.LocalPorts;
import io.groundstream.jobs.configuration.BackfillSettings;
import io.groundstream.operators.metrics.Metric;
import io.groundstream.operators.metrics.MetricPlace;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests backfills that are killed and resumed, with real processes: every image has its records
 * exactly once, and finished images are not sent to the model again.
 */
@Timeout(180)
final class BackfillITCase {
  private static final int SHARDS = 6;
  private static final int IMAGES_PER_SHARD = 400;
  private static final int IMAGES = SHARDS * IMAGES_PER_SHARD;
  private static final int IMAGES_PER_SECOND = 600;
  private static final int CHECKPOINT_MILLIS = 300;

  /**
   * The number of answers that one kill may lose: those since the last checkpoint, including the
   * time that the next one took to begin, and those in flight.
   */
  private static final int MOST_LOST = 2 * IMAGES_PER_SECOND;

  @TempDir Path directory;

  private Map<String, String> values(String name) {
    Map<String, String> values = new TreeMap<>();
    values.put("backfill.name", name);
    values.put("backfill.state-directory", directory.resolve("state").toString());
    values.put("archive.paths", directory.resolve("archive").toString());
    values.put("model.checkpoint", "none");
    values.put("job.parallelism", "2");
    values.put("job.checkpoint-interval", CHECKPOINT_MILLIS + " ms");
    return values;
  }

  private Map<String, String> toFiles(String name) {
    Map<String, String> values = values(name);
    values.put("output.directory", directory.resolve(name).toString());
    return values;
  }

  private static @Nullable BackfillSummary run(Map<String, String> values, boolean resume)
      throws Exception {
    try (Backfill backfill =
        Backfill.prepare(
            BackfillSettings.parse(values), resume, new PrintWriter(new StringWriter()))) {
      return backfill.run(new InstantModels());
    }
  }

  private Process start(Map<String, String> values, boolean resume) throws Exception {
    return BackfillMain.start(log(), "instant", calls(), resume, values);
  }

  private Path log() {
    return directory.resolve("process.log");
  }

  private Path calls() {
    return directory.resolve("calls");
  }

  private long callCount() throws Exception {
    return Files.exists(calls()) ? Files.size(calls()) : 0;
  }

  private void awaitCalls(Process process, long count) throws Exception {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (callCount() < count) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new AssertionError(
            callCount() + " of " + count + " calls; the process says:\n" + Files.readString(log()));
      }
      Thread.sleep(10);
    }
  }

  private JsonNode awaitSummary(Process process) throws Exception {
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw new AssertionError("failed:\n" + Files.readString(log()));
    }
    String json =
        Files.readString(log()).lines().filter(line -> line.startsWith("{")).findFirst().orElse("");
    return new ObjectMapper().readTree(json);
  }

  private static <T extends SpecificRecord> List<T> read(Path folder, Class<T> type)
      throws Exception {
    List<T> records = new ArrayList<>();
    for (Path file : Shards.files(folder)) {
      assertThat(file.getFileName().toString()).doesNotStartWith(".").endsWith(".avro");
      try (DataFileReader<T> reader =
          new DataFileReader<>(file.toFile(), new SpecificDatumReader<>(type))) {
        reader.forEach(records::add);
      }
    }
    return records;
  }

  private List<String> imageIds(String name) throws Exception {
    return read(directory.resolve(name).resolve("images"), GroundedImage.class).stream()
        .map(image -> image.getImageId() + " " + image.getEventId() + " " + image.getOrigin())
        .sorted()
        .toList();
  }

  private List<String> phraseIds(String name) throws Exception {
    return read(directory.resolve(name).resolve("phrases"), GroundedPhrase.class).stream()
        .map(GroundedPhrase::getPhraseId)
        .sorted()
        .toList();
  }

  private void writeArchive() throws Exception {
    Shards.writeTar(directory.resolve("archive"), SHARDS, IMAGES_PER_SHARD, 200);
  }

  @Test
  void killedTwiceItWritesEveryImageOnceAndRepeatsFewRequests() throws Exception {
    writeArchive();
    Map<String, String> slowly = toFiles("killed");
    slowly.put("archive.pictures-per-second", Integer.toString(IMAGES_PER_SECOND));
    int metricsPort = LocalPorts.choose("metrics", 0);
    Scrape.reporter(metricsPort).forEach((key, value) -> slowly.put("flink." + key, value));
    for (int kill = 0; kill < 2; kill++) {
      Process process = start(slowly, /* resume= */ kill > 0);
      awaitCalls(process, callCount() + IMAGES / 4);
      if (kill == 0) {
        checkMetrics(Scrape.of(metricsPort));
      }
      process.destroyForcibly().waitFor();
    }
    assertThatThrownBy(() -> run(slowly, /* resume= */ false))
        .isInstanceOf(BackfillException.class)
        .hasMessageContaining("run killed: unfinished (expected: --resume");

    JsonNode summary = awaitSummary(start(slowly, /* resume= */ true));

    assertThat(callCount()).isBetween((long) IMAGES, IMAGES + 2L * MOST_LOST);
    assertThat(Files.readString(log())).contains("Resuming run killed from chk-");
    assertThat(imageIds("killed")).hasSize(IMAGES).doesNotHaveDuplicates();
    assertThat(phraseIds("killed")).hasSize(IMAGES).doesNotHaveDuplicates();
    // The summary counts the results, regardless of the lost attempts.
    assertThat(summary.path("pictures").asInt()).isEqualTo(IMAGES);
    assertThat(summary.path("failed").asInt()).isZero();
    assertThat(summary.path("model_calls").asInt()).isEqualTo(IMAGES);
    assertThat(summary.path("records").path("phrases").asInt()).isEqualTo(IMAGES);

    // The same archive under another name, without a kill.
    BackfillSummary again = run(toFiles("again"), /* resume= */ false);

    assertThat(again).isNotNull();
    assertThat(again.images()).isEqualTo(IMAGES);
    assertThat(imageIds("again")).isEqualTo(imageIds("killed"));
    assertThat(phraseIds("again")).isEqualTo(phraseIds("killed"));
  }

  private static void checkMetrics(Scrape scrape) {
    scrape.checkComplete(
        MetricPlace.TALLY, MetricPlace.ARCHIVE_ENUMERATOR, MetricPlace.ARCHIVE_READER);
    assertThat(scrape.sum(Metric.ARCHIVE_LISTED)).isEqualTo(1);
    assertThat(scrape.sum(Metric.PICTURES)).isBetween(1.0, IMAGES - 1.0);
    assertThat(scrape.sum(Metric.ARCHIVE_ENTRIES_READ)).isBetween(IMAGES / 4.0, IMAGES + 0.0);
    assertThat(scrape.sum(Metric.NOTES_BY_CODE)).isPositive();
    assertThat(scrape.count(Metric.EVENT_LATENCY)).isPositive();
    // Images in archives may be years old, so their age is not a latency.
    assertThat(scrape.count(Metric.END_TO_END_LATENCY)).isZero();
  }

  @Test
  void killedAndStoppedItCommitsEveryImageOnceToKafka() throws Exception {
    writeArchive();
    try (TestBroker kafka = TestBroker.start(directory.resolve("kafka"));
        TestRegistry registry = TestRegistry.start(directory.resolve("registry"));
        JobTopics topics = JobTopics.create("backfill", kafka.bootstrapServers(), registry.url())) {
      Map<String, String> values = values("to-kafka");
      values.putAll(topics.configuration());
      // A backfill reads no events and needs no events topic.
      values.put("kafka.topics.events", "no-such-topic");
      values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
      values.put("schema-registry.url", registry.url());
      values.put("archive.pictures-per-second", Integer.toString(IMAGES_PER_SECOND));

      Process killed = start(values, /* resume= */ false);
      awaitCalls(killed, IMAGES / 4);
      killed.destroyForcibly().waitFor();
      Process stopped = start(values, /* resume= */ true);
      awaitCalls(stopped, callCount() + IMAGES / 4);
      // The signal of Ctrl-C.
      stopped.destroy();
      assertThat(stopped.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(Files.readString(log()))
          .contains("Stopped. --resume with --name to-kafka continues from here.");
      long before = callCount();
      JsonNode summary = awaitSummary(start(values, /* resume= */ true));

      // A stop, unlike a kill, loses only what is in flight.
      assertThat(Files.readString(log())).contains("Resuming run to-kafka from savepoint-");
      assertThat(callCount()).isBetween((long) IMAGES, (long) IMAGES + MOST_LOST);
      assertThat(callCount()).isGreaterThan(before);
      assertThat(summary.path("pictures").asInt()).isEqualTo(IMAGES);
      topics.readUntil(
          Duration.ofSeconds(30),
          () -> topics.images.size() >= IMAGES && topics.phrases.size() >= IMAGES);
      topics.readWhatElseComes();
      assertThat(topics.images).hasSize(IMAGES);
      assertThat(topics.images.stream().map(GroundedImage::getImageId)).doesNotHaveDuplicates();
      assertThat(topics.phrases).hasSize(IMAGES);
      assertThat(topics.phrases.stream().map(GroundedPhrase::getPhraseId)).doesNotHaveDuplicates();
      assertThat(topics.deadLetters).isEmpty();
    }
  }

  @Test
  void aFinishedRunTakesWhatIsNewOrChanged() throws Exception {
    Path archive = directory.resolve("archive");
    Shards.writeTar(archive, 2, 10, 200);
    Map<String, String> values = toFiles("daily");
    BackfillSummary first = run(values, /* resume= */ true);
    BackfillSummary nothing = run(values, /* resume= */ true);
    Files.writeString(archive.resolve("added.jpg"), "an image");
    Shards.writeTar(directory.resolve("other"), 1, 7, 300);
    Files.copy(
        directory.resolve("other").resolve("shard-000.tar"),
        archive.resolve("shard-001.tar"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    BackfillSummary third = run(values, /* resume= */ true);

    assertThat(first).isNotNull();
    assertThat(first.images()).isEqualTo(20);
    assertThat(nothing).isNotNull();
    assertThat(nothing.images()).isZero();
    assertThat(nothing.archive().finishedFiles()).isEqualTo(2);
    assertThat(third).isNotNull();
    assertThat(third.images()).isEqualTo(8);
    assertThat(third.archive().finishedFiles()).isEqualTo(1);
    assertThat(imageIds("daily")).hasSize(28);
    // Without --resume it would write everything into the folder again.
    assertThatThrownBy(() -> run(values, /* resume= */ false))
        .isInstanceOf(BackfillException.class)
        .hasMessageContaining("holds results of a run daily");
    Map<String, String> otherwise = new HashMap<>(values);
    otherwise.put("grounding.default-tasks", "caption");
    assertThatThrownBy(() -> run(otherwise, /* resume= */ true))
        .hasMessageContaining("grounding.default-tasks: caption (expected: grounded-caption)");
  }

  @Test
  void whatIsBadInAnArchiveBecomesDeadLettersAndNoMore() throws Exception {
    Path archive = directory.resolve("archive");
    Shards.writeTar(archive, 3, 50, 2000);
    Path damaged = archive.resolve("shard-001.tar");
    try (var file = Files.newByteChannel(damaged, StandardOpenOption.WRITE)) {
      file.truncate(Files.size(damaged) / 2);
    }
    Path corrupt = archive.resolve("shard-002.tar");
    try (var file = Files.newByteChannel(corrupt, StandardOpenOption.WRITE)) {
      // The header of an entry in the middle.
      file.position(20 * (512 + 2048 + 512 + 512L));
      file.write(java.nio.ByteBuffer.wrap("no header".repeat(50).getBytes(StandardCharsets.UTF_8)));
    }

    BackfillSummary summary = run(toFiles("bad"), /* resume= */ false);

    assertThat(summary).isNotNull();
    assertThat(summary.deadLettersByCode()).containsKeys("shard-truncated", "shard-corrupt");
    List<DeadLetter> letters = read(directory.resolve("bad/dead-letters"), DeadLetter.class);
    assertThat(letters)
        .hasSize((int) summary.deadLetterRecords())
        .allSatisfy(
            letter -> {
              assertThat(letter.getStage()).isEqualTo("decode-record");
              assertThat(letter.getOrigin().getSystem()).isEqualTo("archive");
              // The origin identifies the bytes, so the dead letter need not contain them.
              assertThat(letter.getOriginalValue()).isNull();
            });
    assertThat(letters)
        .filteredOn(letter -> letter.getCode().equals("shard-truncated"))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.getOrigin().getName()).isEqualTo("shard-001.tar");
              assertThat(letter.getMessage()).contains("shard-001.tar");
            });
    // The whole good shard, half of the first bad one, and the part of the other before its damage.
    assertThat(imageIds("bad").stream().filter(id -> id.startsWith("shard-000/"))).hasSize(50);
    assertThat(imageIds("bad").stream().filter(id -> id.startsWith("shard-001/")).count())
        .isBetween(20L, 26L);
    assertThat(imageIds("bad").stream().filter(id -> id.startsWith("shard-002/")).count())
        .isBetween(15L, 21L);
  }

  @Test
  void aManifestWithBrokenLinesCostsThoseLinesAndTheRateIsKept() throws Exception {
    Path archive = Files.createDirectories(directory.resolve("manifests"));
    StringBuilder csv = new StringBuilder("id,uri,place\n");
    StringBuilder json = new StringBuilder();
    for (int i = 0; i < 20; i++) {
      Files.writeString(archive.resolve(i + ".jpg"), "image " + i);
      csv.append(i == 7 ? "c7,7.jpg,here,too,many\n" : "c" + i + "," + i + ".jpg,here\n");
      json.append(i == 9 ? "{\"id\": \n" : "{\"id\":\"j" + i + "\",\"uri\":\"" + i + ".jpg\"}\n");
    }
    Files.writeString(archive.resolve("some.csv"), csv);
    Files.writeString(archive.resolve("others.jsonl"), json);
    Map<String, String> values = toFiles("manifests");
    values.put("output.directory", directory.resolve("out").toString());
    values.put(
        "archive.paths", archive.resolve("some.csv") + ";" + archive.resolve("others.jsonl"));
    values.put("fetch.allowed-roots", archive.toString());
    values.put("archive.pictures-per-second", "10");
    values.put("job.parallelism", "1");

    BackfillSummary summary = run(values, /* resume= */ false);

    assertThat(summary).isNotNull();
    assertThat(summary.deadLettersByCode()).containsExactly(Map.entry("manifest-line-invalid", 2L));
    assertThat(summary.grounded()).isEqualTo(38);
    // At most the images of one second may arrive in a burst.
    assertThat(summary.seconds()).isGreaterThan(3.5);
    assertThat(read(directory.resolve("out/images"), GroundedImage.class))
        .extracting(GroundedImage::getImageId)
        .hasSize(38)
        .doesNotHaveDuplicates()
        .contains("c6", "c8", "j8", "j10");
    assertThat(read(directory.resolve("out/dead-letters"), DeadLetter.class))
        .extracting(letter -> letter.getOrigin().getName() + ": " + letter.getMessage())
        .satisfiesExactlyInAnyOrder(
            message -> assertThat(message).startsWith("some.csv: ").contains("line 9"),
            message -> assertThat(message).startsWith("others.jsonl: ").contains("line 10"));
  }

  @Test
  void parquetFilesAreWrittenToo() throws Exception {
    Shards.writeTar(directory.resolve("archive"), 1, 20, 200);
    Map<String, String> values = toFiles("columns");
    values.put("output.format", "parquet");

    BackfillSummary summary = run(values, /* resume= */ false);

    assertThat(summary).isNotNull();
    assertThat(summary.imageRecords()).isEqualTo(20);
    List<Path> files = Shards.files(directory.resolve("columns"));
    assertThat(files).hasSizeBetween(2, 4);
    for (Path file : files) {
      assertThat(file.getFileName().toString()).startsWith("columns-").endsWith(".parquet");
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
          .startsWith("PAR1")
          .endsWith("PAR1");
    }
  }

  @Test
  void parquetFilesAreRead() throws Exception {
    Path archive = directory.resolve("archive");
    Files.createDirectories(archive);
    Schema schema =
        SchemaBuilder.record("image")
            .fields()
            .requiredString("id")
            .requiredBytes("image")
            .endRecord();
    try (ParquetWriter<GenericRecord> writer =
        AvroParquetWriter.<GenericRecord>builder(
                new LocalOutputFile(archive.resolve("images.parquet")))
            .withSchema(schema)
            .withDataModel(GenericData.get())
            .withConf(new PlainParquetConfiguration())
            .withRowGroupRowCountLimit(20)
            .withCodecFactory(new PlainPages())
            .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
            .build()) {
      for (int i = 0; i < 100; i++) {
        GenericRecord row = new GenericData.Record(schema);
        row.put("id", "image-" + i);
        row.put("image", ByteBuffer.wrap(new byte[] {(byte) i, 1, 2, 3}));
        writer.write(row);
      }
    }
    Files.writeString(archive.resolve("none.parquet"), "no Parquet");

    Map<String, String> values = toFiles("read");
    values.put("output.format", "parquet");
    BackfillSummary asParquet = run(values, /* resume= */ false);
    assertThat(asParquet).isNotNull();
    assertThat(asParquet.imageRecords()).isEqualTo(100);

    run(toFiles("read-avro"), /* resume= */ false);
    assertThat(read(directory.resolve("read-avro/images"), GroundedImage.class))
        .extracting(GroundedImage::getImageId)
        .hasSize(100)
        .doesNotHaveDuplicates()
        .contains("image-0", "image-99");
    assertThat(read(directory.resolve("read-avro/dead-letters"), DeadLetter.class))
        .extracting(letter -> letter.getCode())
        .containsExactly("parquet-corrupt");
  }

  /** Leaves pages uncompressed; Parquet's own implementation needs Hadoop. */
  private static final class PlainPages implements CompressionCodecFactory {
    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
      return new BytesInputCompressor() {
        @Override
        public BytesInput compress(BytesInput page) {
          return page;
        }

        @Override
        public CompressionCodecName getCodecName() {
          return CompressionCodecName.UNCOMPRESSED;
        }

        @Override
        public void release() {}
      };
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
      throw new UnsupportedOperationException("these pages are only written, never read");
    }

    @Override
    public void release() {}
  }
}
