package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.GroundedImage;
import io.groundstream.schemas.SchemaRegistry;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.apache.avro.Schema;
import org.apache.avro.compiler.specific.SpecificCompiler;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A job of a future release, whose image records have one more field: the packaged job with the
 * generated class of a newer schema in place of its own.
 */
final class NewerRelease {
  private static final String FIELD = "sharpness";

  /** The last offset of a committed transaction belongs to its marker, which is not a record. */
  private static final int EMPTY_POLLS = 10;

  /** The wire format's magic byte and schema identifier. */
  private static final int HEADER_BYTES = 1 + Integer.BYTES;

  private NewerRelease() {}

  /** Returns the current schema of image records with one more field. */
  private static Schema schema() {
    Schema today = GroundedImage.getClassSchema();
    List<Schema.Field> fields = new ArrayList<>();
    today.getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
    fields.add(
        new Schema.Field(
            FIELD,
            Schema.createUnion(Schema.create(Schema.Type.NULL), Schema.create(Schema.Type.DOUBLE)),
            "How sharp the image is.",
            Schema.Field.NULL_DEFAULT_VALUE));
    return Schema.createRecord(
        today.getName(), today.getDoc(), today.getNamespace(), /* isError= */ false, fields);
  }

  /** Creates the job's jar and returns its path. */
  static Path make(Path jobJar, Path folder) throws Exception {
    Path sources = Files.createDirectories(folder.resolve("sources"));
    SpecificCompiler generator = new SpecificCompiler(schema());
    generator.setStringType(GenericData.StringType.String);
    generator.setFieldVisibility(SpecificCompiler.FieldVisibility.PRIVATE);
    generator.setRecordSpecificClass(GroundedImage.class.getSuperclass().getName());
    generator.compileToDestination(null, sources.toFile());
    Path classes = Files.createDirectories(folder.resolve("classes"));
    compile(sources, classes);
    Path jar =
        Files.copy(jobJar, folder.resolve("newer-job.jar"), StandardCopyOption.REPLACE_EXISTING);
    try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + jar.toUri()), Map.of());
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.copy(
            file, zip.getPath("/" + classes.relativize(file)), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    return jar;
  }

  private static void compile(Path sources, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null);
        Stream<Path> files = Files.walk(sources)) {
      List<Path> java = files.filter(file -> file.toString().endsWith(".java")).toList();
      boolean fine =
          compiler
              .getTask(
                  messages,
                  manager,
                  null,
                  List.of("-d", classes.toString(), "-proc:none", "--release", "17"),
                  null,
                  manager.getJavaFileObjectsFromPaths(java))
              .call();
      assertThat(fine).as("%s", messages).isTrue();
    }
  }

  /**
   * Checks that a consumer with the newer schema reads every image record, and that some records
   * are written with the newer schema and some with the current one.
   *
   * @param count the number of image records
   */
  static void checkRecords(JobTopics topics, String brokers, String registryUrl, int count)
      throws Exception {
    int newer = 0;
    int older = 0;
    try (SchemaRegistry registry = SchemaRegistry.connect(List.of(registryUrl), Map.of());
        KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers, "isolation.level", "read_committed"),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
      consumer.assign(topics.imagePartitions());
      consumer.seekToBeginning(topics.imagePartitions());
      int empty = 0;
      while (newer + older < count && empty < EMPTY_POLLS) {
        int before = newer + older;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofSeconds(1))) {
          byte[] bytes = record.value();
          Schema writer = registry.byId(ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt());
          GenericRecord image =
              new GenericDatumReader<GenericRecord>(writer, schema())
                  .read(
                      null,
                      DecoderFactory.get()
                          .binaryDecoder(bytes, HEADER_BYTES, bytes.length - HEADER_BYTES, null));
          assertThat(image.get(FIELD)).isNull();
          assertThat(image.get("event_id")).isNotNull();
          if (writer.getField(FIELD) == null) {
            older++;
          } else {
            newer++;
          }
        }
        empty = newer + older == before ? empty + 1 : 0;
      }
    }
    assertThat(newer + older).as("image records").isEqualTo(count);
    assertThat(newer).as("records with the new field").isPositive();
    assertThat(older).as("records without it").isPositive();
  }
}
