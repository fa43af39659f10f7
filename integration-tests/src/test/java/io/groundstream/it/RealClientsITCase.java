package io.groundstream.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.builder.CloudEventBuilder;
import io.cloudevents.core.message.Encoding;
import io.cloudevents.jackson.JsonFormat;
import io.cloudevents.kafka.CloudEventSerializer;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.RequestResult;
import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.JobID;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests topics as other projects' producers write them: kafkajs, the CloudEvents SDKs of JavaScript
 * and of Java, Confluent's serialisers for JavaScript, and Kafka Connect's converter; and results
 * as kafkajs and the SDK of JavaScript read them. Needs node and npm, and a package registry to
 * install from, for those of JavaScript.
 */
@Timeout(300)
final class RealClientsITCase {
  private static final Path CHECKPOINT = Path.of("..", "model-serving", "demo-checkpoint");
  private static final Path SCRIPTS = Path.of("src", "test", "resources", "clients");
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int MOST_OUTPUT = 2000;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path directory;

  private static TestBroker kafka;
  private static TestRegistry registry;
  private static LocalFlink flink;
  private static byte[] scene;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestBroker.start(directory.resolve("kafka"));
    registry = TestRegistry.start(directory.resolve("registry"));
    flink = LocalFlink.start(directory.resolve("flink"), 2, 0);
    scene = Files.readAllBytes(Events.SCENES.resolve("scene-000.jpg"));
  }

  @AfterAll
  static void stop() throws Exception {
    flink.close();
    registry.close();
    kafka.close();
  }

  /** Returns the output of a program; null if it is not there or fails. */
  private static String run(Path folder, boolean mustSucceed, String... command) throws Exception {
    Path output = Files.createTempFile(directory, "run", ".log");
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
    } catch (IOException e) {
      assumeTrue(false, command[0] + " is not on this machine: " + e.getMessage());
      return "";
    }
    boolean ended = process.waitFor(150, TimeUnit.SECONDS);
    if (!ended) {
      process.destroyForcibly();
    }
    String text = Files.readString(output);
    text = text.substring(Math.max(0, text.length() - MOST_OUTPUT));
    boolean fine = ended && process.exitValue() == 0;
    if (mustSucceed) {
      assertThat(fine).as(text).isTrue();
    } else {
      assumeTrue(fine, String.join(" ", command) + " does not work on this machine: " + text);
    }
    return text;
  }

  private static Map<String, String> configuration(JobTopics topics, String... more) {
    Map<String, String> values = new HashMap<>(topics.configuration());
    values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    values.put("schema-registry.url", registry.url());
    values.put("model.checkpoint", CHECKPOINT.toAbsolutePath().toString());
    values.put("model.device", "cpu");
    values.put("job.parallelism", "1");
    values.put("job.checkpoint-interval", "300 ms");
    values.put("flink.restart-strategy.type", "none");
    for (int i = 0; i < more.length; i += 2) {
      values.put(more[i], more[i + 1]);
    }
    return values;
  }

  private static void create(List<String> topics) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin
          .createTopics(topics.stream().map(topic -> new NewTopic(topic, 1, (short) 1)).toList())
          .all()
          .get();
    }
  }

  /** Returns topic, event and tasks of each image record, by image id. */
  private static Map<String, String> results(JobTopics topics) {
    Map<String, String> results = new TreeMap<>();
    for (GroundedImage image : topics.images) {
      results.put(
          image.getImageId(),
          image.getOrigin().getName()
              + " "
              + image.getEventId()
              + " "
              + image.getRequests().stream().map(RequestResult::getTask).toList());
    }
    return results;
  }

  /** Installs the clients of JavaScript once; skips the test where that is impossible. */
  private static Path javaScript() throws Exception {
    Path folder = directory.resolve("clients");
    if (!Files.exists(folder.resolve("installed"))) {
      Files.createDirectories(folder);
      for (String name :
          List.of("package.json", "package-lock.json", "produce.mjs", "consume.mjs")) {
        Files.copy(
            SCRIPTS.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
      }
      String unused = run(folder, false, "node", "--version");
      unused = run(folder, false, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");
      Files.createFile(folder.resolve("installed"));
    }
    return folder;
  }

  /** Reads results as JSON, with and without the headers of CloudEvents. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void consumersOfJavaScript(boolean cloudEvents) throws Exception {
    Path folder = javaScript();
    try (JobTopics topics =
        JobTopics.create("js-results-" + cloudEvents, kafka.bootstrapServers(), registry.url())) {
      topics.publish(Events.event("event-1", "scene-000.jpg"));
      topics.publish("broken", new byte[] {9, 9, 9, 9, 9, 9});
      JobID job =
          flink.submit(
              EnrichmentJob.define(
                  EnrichmentSettings.parse(
                      configuration(
                          topics,
                          "results.format",
                          "json",
                          "results.format.dead-letters",
                          "json",
                          "results.cloudevents",
                          Boolean.toString(cloudEvents))),
                  new InstantModels()));
      topics.readUntil(
          PATIENCE,
          () ->
              topics.images.size() == 1
                  && topics.imagesAreWhole()
                  && topics.deadLetters.size() == 1);
      flink.cancel(job);

      Path file = folder.resolve("results-" + cloudEvents + ".jsonl");
      String unused =
          run(
              folder,
              true,
              "sh",
              "-c",
              "exec node consume.mjs \"$@\" > " + file.getFileName(),
              "sh",
              kafka.bootstrapServers(),
              Integer.toString(2 + topics.phrases.size()),
              topics.images(),
              topics.phrases(),
              topics.deadLetters());
      Map<String, List<JsonNode>> records = new HashMap<>();
      for (String line : Files.readAllLines(file)) {
        JsonNode record = JSON.readTree(line);
        records
            .computeIfAbsent(record.get("topic").asText(), topic -> new ArrayList<>())
            .add(record);
      }
      checkImage(requireNonNull(records.get(topics.images())), topics.images.get(0));
      checkPhrases(requireNonNull(records.get(topics.phrases())), topics.phrases);
      List<JsonNode> letters = requireNonNull(records.get(topics.deadLetters()));
      assertThat(letters)
          .extracting(record -> record.at("/value/code").asText())
          .containsExactly("bad-magic");
      checkEvents(records, topics, cloudEvents);
    }
  }

  private static void checkImage(List<JsonNode> records, GroundedImage image) {
    assertThat(records).hasSize(1);
    JsonNode value = records.get(0).get("value");
    assertThat(records.get(0).get("key").asText()).isEqualTo(image.getImageId());
    assertThat(value.get("image_id").asText()).isEqualTo(image.getImageId());
    assertThat(value.get("width").asInt()).isEqualTo(image.getWidth());
    assertThat(Instant.parse(value.get("processing_time").asText()))
        .isEqualTo(image.getProcessingTime());
    assertThat(value.at("/requests/0/caption").asText())
        .isEqualTo(image.getRequests().get(0).getCaption());
    assertThat(value.get("uri").isNull()).isTrue();
  }

  private static void checkPhrases(List<JsonNode> records, List<GroundedPhrase> phrases) {
    assertThat(phrases).isNotEmpty();
    assertThat(records)
        .extracting(
            record ->
                record.at("/value/phrase").asText()
                    + record.at("/value/boxes/0/x_min").asDouble()
                    + record.at("/value/boxes").size())
        .containsExactlyInAnyOrderElementsOf(
            phrases.stream()
                .map(
                    phrase ->
                        phrase.getPhrase()
                            + phrase.getBoxes().get(0).getXMin()
                            + phrase.getBoxes().size())
                .toList());
  }

  private static void checkEvents(
      Map<String, List<JsonNode>> records, JobTopics topics, boolean cloudEvents) {
    Map<String, String> types =
        Map.of(
            topics.images(), "grounded-image",
            topics.phrases(), "grounded-phrase",
            topics.deadLetters(), "dead-letter");
    Set<String> ids = new HashSet<>();
    records.forEach(
        (topic, all) -> {
          for (JsonNode record : all) {
            JsonNode event = record.get("event");
            assertThat(event.isNull()).isEqualTo(!cloudEvents);
            if (cloudEvents) {
              assertThat(event.get("specversion").asText()).isEqualTo("1.0");
              assertThat(event.get("type").asText())
                  .isEqualTo("io.groundstream." + types.get(topic));
              assertThat(event.get("source").asText()).isEqualTo("/groundstream");
              assertThat(event.get("datacontenttype").asText()).isEqualTo("application/json");
              assertThat(event.get("data")).isEqualTo(record.get("value"));
              assertThat(Instant.parse(event.get("time").asText()))
                  .isEqualTo(Instant.parse(record.at("/value/processing_time").asText()));
              assertThat(ids.add(event.get("id").asText())).isTrue();
            }
          }
        });
  }

  @Test
  void clientsOfJavaScript() throws Exception {
    Path folder = javaScript();
    List<String> formats =
        List.of("image", "json", "cloudevents", "json-schema", "avro", "protobuf");
    create(formats.stream().map(format -> "clients." + format).toList());
    Path file = folder.resolve("pictures.txt");
    Files.writeString(file, Base64.getEncoder().encodeToString(descriptor().toByteArray()));
    String unused =
        run(
            folder,
            true,
            "node",
            "produce.mjs",
            kafka.bootstrapServers(),
            registry.url(),
            Events.SCENES.resolve("scene-000.jpg").toAbsolutePath().toString(),
            file.toAbsolutePath().toString());
    try (JobTopics topics = JobTopics.create("js", kafka.bootstrapServers(), registry.url())) {
      List<String> options =
          new ArrayList<>(
              List.of(
                  "kafka.topics.events",
                  topics.events(),
                  "kafka.topics.events-pattern",
                  "clients\\..*"));
      for (String format : formats) {
        options.addAll(List.of("events.topics.clients." + format + ".format", format));
      }
      options.addAll(
          List.of(
              "events.topics.clients.image.attribute-headers", "camera",
              "events.topics.clients.json.json.unknown-fields", "attributes"));
      JobID job =
          flink.submit(
              EnrichmentJob.define(
                  EnrichmentSettings.parse(configuration(topics, options.toArray(String[]::new))),
                  new InstantModels()));
      topics.readUntil(PATIENCE, () -> topics.images.size() + topics.deadLetters.size() >= 9);
      flink.cancel(job);

      assertThat(topics.deadLetters).isEmpty();
      Map<String, String> expected = new TreeMap<>();
      expected.put("image.jpg", "clients.image clients.image:0:0 [question]");
      expected.put("chair", "clients.json 7 [grounded-caption]");
      // Both modes name the same subject.
      expected.put("js-json", "clients.cloudevents js-json [caption]");
      expected.put("js-json-structured", "clients.cloudevents js-json-structured [caption]");
      expected.put("js-json-schema", "clients.json-schema js-json-schema [grounded-caption]");
      expected.put("js-avro", "clients.avro js-avro [grounded-caption]");
      expected.put("js-protobuf", "clients.protobuf js-protobuf [grounded-caption]");
      Map<String, String> found = results(topics);
      assertThat(found).containsAllEntriesOf(expected);
      assertThat(topics.images)
          .filteredOn(image -> image.getImageId().equals("js-binary.jpg"))
          .extracting(GroundedImage::getEventId)
          .containsExactlyInAnyOrder("js-binary", "js-binary-structured");
      GroundedImage document =
          topics.images.stream()
              .filter(image -> image.getImageId().equals("chair"))
              .findFirst()
              .orElseThrow();
      assertThat(document.getAttributes())
          .containsEntry("product.name", "Stuhl für Ärzte")
          .containsEntry("product.tags", "[\"a\",\"b\"]")
          .containsKey("createdAt");
    }
  }

  /** Returns a file in which the message is the second one nested in the second one. */
  private static FileDescriptorProto descriptor() {
    DescriptorProto picture =
        DescriptorProto.newBuilder()
            .setName("Picture")
            .addField(field("event_id", 1, FieldDescriptorProto.Type.TYPE_STRING))
            .addField(field("image_bytes", 2, FieldDescriptorProto.Type.TYPE_BYTES))
            .build();
    DescriptorProto.Builder first = DescriptorProto.newBuilder().setName("First");
    return FileDescriptorProto.newBuilder()
        .setName("pictures.proto")
        .setSyntax("proto3")
        .setPackage("clients")
        .addMessageType(first)
        .addMessageType(
            DescriptorProto.newBuilder()
                .setName("Pictures")
                .addNestedType(first)
                .addNestedType(picture))
        .build();
  }

  private static FieldDescriptorProto field(
      String name, int number, FieldDescriptorProto.Type type) {
    return FieldDescriptorProto.newBuilder()
        .setName(name)
        .setNumber(number)
        .setLabel(FieldDescriptorProto.Label.LABEL_OPTIONAL)
        .setType(type)
        .setJsonName(name.equals("event_id") ? "eventId" : "imageBytes")
        .build();
  }

  @Test
  void cloudEventsOfJava() throws Exception {
    try (JobTopics topics = JobTopics.create("java-ce", kafka.bootstrapServers(), registry.url())) {
      CloudEventBuilder builder =
          CloudEventBuilder.v1()
              .withSource(URI.create("/java"))
              .withType("picture")
              .withTime(OffsetDateTime.parse("2026-01-31T12:00:00.123456789+01:00"))
              .withExtension("camera", "gate");
      for (Encoding encoding : List.of(Encoding.BINARY, Encoding.STRUCTURED)) {
        Map<String, Object> settings =
            new HashMap<>(Map.of("bootstrap.servers", kafka.bootstrapServers()));
        settings.put(CloudEventSerializer.ENCODING_CONFIG, encoding);
        if (encoding == Encoding.STRUCTURED) {
          settings.put(CloudEventSerializer.EVENT_FORMAT_CONFIG, JsonFormat.CONTENT_TYPE);
        }
        CloudEventSerializer serializer = new CloudEventSerializer();
        serializer.configure(settings, false);
        try (KafkaProducer<String, CloudEvent> producer =
            new KafkaProducer<>(settings, new StringSerializer(), serializer)) {
          CloudEvent event =
              builder
                  .withId("java-" + encoding)
                  .withSubject("java-" + encoding + ".jpg")
                  .withData("image/jpeg", scene)
                  .build();
          CloudEvent link =
              builder
                  .withId("link-" + encoding)
                  .withSubject(null)
                  .withData(
                      "application/json",
                      ("{\"image\": \"" + Base64.getEncoder().encodeToString(scene) + "\"}")
                          .getBytes(StandardCharsets.UTF_8))
                  .build();
          for (CloudEvent one : List.of(event, link)) {
            producer.send(new ProducerRecord<>(topics.events(), null, one)).get();
          }
        }
      }
      JobID job =
          flink.submit(
              EnrichmentJob.define(
                  EnrichmentSettings.parse(
                      configuration(
                          topics,
                          "events.format",
                          "cloudevents",
                          "events.attribute-headers",
                          "ce_camera")),
                  new InstantModels()));
      topics.readUntil(PATIENCE, () -> topics.images.size() + topics.deadLetters.size() >= 4);
      flink.cancel(job);

      assertThat(topics.deadLetters).isEmpty();
      assertThat(results(topics).keySet())
          .containsExactly(
              "java-BINARY.jpg", "java-STRUCTURED.jpg", "link-BINARY", "link-STRUCTURED");
      assertThat(topics.images)
          .allSatisfy(
              image -> {
                assertThat(image.getAttributes()).isEqualTo(Map.of("ce_camera", "gate"));
                assertThat(image.getEventTime()).hasToString("2026-01-31T11:00:00.123Z");
              });
    }
  }

  @Test
  void rowsOfConnect() throws Exception {
    Schema row =
        SchemaBuilder.struct()
            .name("shop.public.product.Value")
            .field("id", Schema.INT64_SCHEMA)
            .field("photo", Schema.BYTES_SCHEMA)
            .field("note", Schema.OPTIONAL_STRING_SCHEMA)
            .optional()
            .build();
    Schema change =
        SchemaBuilder.struct()
            .name("shop.public.product.Envelope")
            .field("before", row)
            .field("after", row)
            .field("op", Schema.STRING_SCHEMA)
            .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
            .build();
    Struct product = new Struct(row).put("id", 42L).put("photo", scene);
    Struct created = new Struct(change).put("after", product).put("op", "c").put("ts_ms", 1L);
    Struct deleted = new Struct(change).put("before", product).put("op", "d");
    List<String> names = List.of("rows.plain", "rows.schema", "rows.connect");
    create(names);
    try (JobTopics topics = JobTopics.create("rows", kafka.bootstrapServers(), registry.url());
        JsonConverter withSchema = converter(true);
        JsonConverter plain = converter(false)) {
      topics.publishTo("rows.plain", null, plain.fromConnectData("t", change, created));
      topics.publishTo("rows.plain", null, plain.fromConnectData("t", change, deleted));
      topics.publishTo("rows.schema", null, withSchema.fromConnectData("t", change, created));
      topics.publishTo("rows.schema", null, withSchema.fromConnectData("t", change, deleted));
      topics.publishTo("rows.connect", null, withSchema.fromConnectData("t", row, product));
      topics.readUntil(PATIENCE, () -> true);
      JobID job =
          flink.submit(
              EnrichmentJob.define(
                  EnrichmentSettings.parse(
                      configuration(
                          topics,
                          "kafka.topics.events",
                          String.join(";", names),
                          "events.format",
                          "json",
                          "events.envelope",
                          "debezium",
                          "events.json.image-bytes",
                          "/photo",
                          "events.topics.rows.connect.envelope",
                          "connect")),
                  new InstantModels()));
      topics.readUntil(PATIENCE, () -> topics.images.size() + topics.deadLetters.size() >= 3);
      topics.readWhatElseComes();
      flink.cancel(job);

      assertThat(topics.deadLetters).isEmpty();
      assertThat(topics.images)
          .extracting(image -> requireNonNull(image.getOrigin()).getName() + image.getEventId())
          .containsExactlyInAnyOrder("rows.plain42", "rows.schema42", "rows.connect42");
    }
  }

  private static JsonConverter converter(boolean withSchemas) {
    JsonConverter converter = new JsonConverter();
    converter.configure(Map.of("schemas.enable", withSchemas, "converter.type", "value"));
    return converter;
  }
}
