package io.groundstream.it;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.console.embedded.LocalFlink;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.jobs.configuration.EnrichmentSettings;
import io.groundstream.jobs.enrich.EnrichmentJob;
import io.groundstream.schemas.RecordFormat;
import io.groundstream.schemas.SchemaRegistry;
import io.groundstream.schemas.WireFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Tests the enrichment job with results in each format: the records that arrive, the schemas in the
 * registry, the headers of CloudEvents, and what the commands for results and dead letters read.
 */
@Timeout(180)
final class ResultFormatsITCase {
  private static final Path CHECKPOINT = Path.of("..", "model-serving", "demo-checkpoint");
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir static Path directory;

  private static TestBroker kafka;
  private static TestRegistry registry;
  private static LocalFlink flink;

  @BeforeAll
  static void start() throws Exception {
    kafka = TestBroker.start(directory.resolve("kafka"));
    registry = TestRegistry.start(directory.resolve("registry"));
    flink = LocalFlink.start(directory.resolve("flink"), 3, 0);
  }

  @AfterAll
  static void stop() throws Exception {
    flink.close();
    registry.close();
    kafka.close();
  }

  @ParameterizedTest
  @EnumSource(RecordFormat.class)
  void resultsArriveInTheFormat(RecordFormat format) throws Exception {
    try (JobTopics topics =
        JobTopics.create("results-" + format, kafka.bootstrapServers(), registry.url())) {
      topics.publish(Events.event("event-1", "scene-000.jpg"));
      topics.publish("broken", new byte[] {9, 9, 9, 9, 9, 9});
      Map<String, String> values = new HashMap<>(topics.configuration());
      values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
      values.put("schema-registry.url", registry.url());
      values.put("model.checkpoint", CHECKPOINT.toAbsolutePath().toString());
      values.put("model.device", "cpu");
      values.put("job.parallelism", "1");
      values.put("job.checkpoint-interval", "300 ms");
      values.put("flink.restart-strategy.type", "none");
      values.put("results.format", format.toString());
      values.put("results.format.dead-letters", format.toString());
      values.put("results.cloudevents", "true");
      values.put("results.cloudevents.source", "/tests");
      JobID job =
          flink.submit(EnrichmentJob.define(EnrichmentSettings.parse(values), new InstantModels()));
      topics.readUntil(
          PATIENCE,
          () ->
              topics.images.size() == 1
                  && topics.imagesAreWhole()
                  && topics.deadLetters.size() == 1);
      flink.cancel(job);

      GroundedImage image = topics.images.get(0);
      assertThat(topics.phrases).isNotEmpty();
      assertThat(topics.phrases)
          .extracting(GroundedPhrase::getImageId)
          .containsOnly(image.getImageId());
      DeadLetter letter = topics.deadLetters.get(0);
      assertThat(letter.getCode()).isEqualTo("bad-magic");

      checkHeaders(topics, format, image);
      checkRegistry(topics, format);
      checkCommands(topics, image, letter);
      checkStart(topics, format, values);
    }
  }

  /** Another job with the same configuration need not register; one in other formats cannot. */
  private static void checkStart(
      JobTopics topics, RecordFormat format, Map<String, String> configuration) {
    Map<String, String> values = new HashMap<>(configuration);
    values.put("schema-registry.auto-register", "false");
    ConsoleRun same = check(values);
    String subject = "subject " + topics.images() + "-value";
    assertThat(same.exitCode()).as(same.err()).isEqualTo(ExitCodes.OK);
    if (format.type() == null) {
      assertThat(same.err()).doesNotContain(subject);
    } else {
      assertThat(same.err()).containsPattern(subject + ".*registered");
    }
    values.put(
        "results.format",
        (format == RecordFormat.PROTOBUF ? RecordFormat.AVRO : RecordFormat.PROTOBUF).toString());
    ConsoleRun other = check(values);
    assertThat(other.exitCode()).as(other.err()).isEqualTo(ExitCodes.FAILED);
    assertThat(other.err())
        .containsPattern(subject + (format.type() == null ? ".*missing" : ".*differs"));
  }

  private static ConsoleRun check(Map<String, String> configuration) {
    List<String> arguments = new ArrayList<>(List.of("enrich", "--check", "--connect"));
    configuration.forEach((key, value) -> arguments.add("-D" + key + "=" + value));
    return ConsoleRun.of(arguments);
  }

  private static void checkHeaders(JobTopics topics, RecordFormat format, GroundedImage image) {
    Set<String> ids = new HashSet<>();
    for (String topic : List.of(topics.images(), topics.phrases(), topics.deadLetters())) {
      List<ConsumerRecord<byte[], byte[]>> records = raw(topic);
      assertThat(records).isNotEmpty();
      for (ConsumerRecord<byte[], byte[]> record : records) {
        byte first = requireNonNull(record.value())[0];
        assertThat(first).isEqualTo(format == RecordFormat.JSON ? (byte) '{' : 0);
        Map<String, String> headers = new TreeMap<>();
        record
            .headers()
            .forEach(
                header ->
                    headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        assertThat(headers)
            .containsEntry("ce_specversion", "1.0")
            .containsEntry("ce_source", "/tests")
            .containsEntry("content-type", format.mediaType())
            .containsKeys("ce_id", "ce_type", "ce_time");
        String id = requireNonNull(headers.get("ce_id"));
        assertThat(id).contains("/" + topics.events() + ":");
        assertThat(ids.add(id)).as(id).isTrue();
      }
    }
    ConsumerRecord<byte[], byte[]> record = raw(topics.images()).get(0);
    assertThat(record.headers().lastHeader("ce_type").value())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo("io.groundstream.grounded-image");
    assertThat(record.headers().lastHeader("ce_subject").value())
        .asString(StandardCharsets.UTF_8)
        .isEqualTo(image.getImageId());
  }

  private static List<ConsumerRecord<byte[], byte[]>> raw(String topic) {
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", kafka.bootstrapServers(), "isolation.level", "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          Stream.of(0, 1).map(partition -> new TopicPartition(topic, partition)).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (partitions.stream()
          .anyMatch(
              partition -> consumer.position(partition) < requireNonNull(ends.get(partition)))) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }

  /** The schema that a record names is the registry's, of the format's type. */
  private static void checkRegistry(JobTopics topics, RecordFormat format) throws Exception {
    if (format.type() == null) {
      return;
    }
    try (SchemaRegistry client = SchemaRegistry.connect(List.of(registry.url()), Map.of())) {
      byte[] value = requireNonNull(raw(topics.images()).get(0).value());
      assertThat(client.text(WireFormat.of(value, null)).type()).isEqualTo(format.type());
    }
  }

  private static void checkCommands(JobTopics topics, GroundedImage image, DeadLetter letter)
      throws Exception {
    List<String> connection =
        List.of(
            "--bootstrap-servers", kafka.bootstrapServers(), "--schema-registry", registry.url());
    ConsoleRun consumed =
        ConsoleRun.of(
            Stream.concat(
                    Stream.of("consume", "--topic", topics.images(), "--count", "1"),
                    connection.stream())
                .toList());
    assertThat(consumed.exitCode()).as(consumed.err()).isEqualTo(ExitCodes.OK);
    JsonNode json = consumed.json().get(0);
    assertThat(json.get("image_id").asText()).isEqualTo(image.getImageId());
    assertThat(json.get("requests").get(0).get("caption").asText())
        .isEqualTo(image.getRequests().get(0).getCaption());
    assertThat(json.get("width").asInt()).isEqualTo(image.getWidth());
    ConsoleRun listed =
        ConsoleRun.of(
            Stream.concat(
                    Stream.of("dead-letters", "list", "--topic", topics.deadLetters(), "--json"),
                    connection.stream())
                .toList());
    assertThat(listed.exitCode()).as(listed.err()).isEqualTo(ExitCodes.OK);
    assertThat(listed.out()).contains(letter.getCode());
  }
}
