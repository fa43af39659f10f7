package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.console.embedded.LocalKafka;
import io.groundstream.console.embedded.LocalRegistry;
import io.groundstream.console.embedded.LocalServices;
import io.groundstream.jobs.cli.ExitCodes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProduceConsumeITCase {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path services;
  @TempDir Path images;

  private LocalKafka kafka;
  private LocalRegistry registry;

  @BeforeAll
  void start() throws Exception {
    kafka = LocalKafka.start(services.resolve("kafka"), 0);
    registry = LocalRegistry.start(LocalServices.REGISTRY_HOME, services, 0);
  }

  @AfterAll
  void stop() {
    registry.close();
    kafka.close();
  }

  private void createTopic(String name) throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (Admin admin = Admin.create(settings)) {
      admin.createTopics(List.of(new NewTopic(name, 2, (short) 1))).all().get();
    }
  }

  private CommandRun run(String command, String topic, String... more) {
    return CommandRun.groundstream(
        Stream.concat(
                Stream.of(
                    command,
                    "--topic",
                    topic,
                    "--bootstrap-servers",
                    kafka.bootstrapServers(),
                    "--schema-registry",
                    registry.url()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private static List<JsonNode> lines(CommandRun run) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : run.out().lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @Test
  void whatIsPublishedIsPrinted() throws Exception {
    createTopic("events");
    byte[] large = new byte[3 << 20];
    Files.writeString(images.resolve("b.jpg"), "second");
    Files.writeString(images.resolve("a größe.jpg"), "first");
    Files.write(images.resolve("c.png"), large);
    Files.createFile(images.resolve("empty.jpg"));
    Files.writeString(images.resolve(".hidden"), "no");
    Files.createDirectory(images.resolve("folder.jpg"));

    CommandRun published = run("produce", "events", images.toString());
    assertThat(published.exitCode()).as(published.err()).isZero();
    assertThat(published.err()).contains("4 of 4 events published to events");

    CommandRun printed = run("consume", "events", "--idle-timeout", "2s");
    assertThat(printed.exitCode()).as(printed.err()).isZero();
    List<JsonNode> lines = lines(printed);
    assertThat(lines)
        .extracting(line -> line.get("event_id").asText())
        .containsExactlyInAnyOrder("a größe.jpg", "b.jpg", "c.png", "empty.jpg");
    for (JsonNode line : lines) {
      byte[] bytes = Base64.getDecoder().decode(line.get("image_bytes").asText());
      assertThat(bytes)
          .isEqualTo(Files.readAllBytes(images.resolve(line.get("event_id").asText())));
      assertThat(line.get("image_uri").isNull()).isTrue();
      assertThat(line.get("requests")).isEmpty();
    }
    assertThat(lines(run("consume", "events", "--count", "3"))).hasSize(3);
    assertThat(run("consume", "events", "--count", "0").out()).isEmpty();
  }

  @Test
  void aTaskTravelsWithEveryImage() throws Exception {
    createTopic("asked");
    Files.writeString(images.resolve("a.jpg"), "image");
    Files.writeString(images.resolve("notes.txt"), "not this");
    CommandRun published =
        run(
            "produce",
            "asked",
            "--pattern",
            "*.jpg",
            "--task",
            "referring-expression",
            "--box",
            "0.1,0.2,0.5,0.9",
            "--box",
            "0,0,1,1",
            images.toString());
    assertThat(published.exitCode()).as(published.err()).isZero();

    JsonNode line = lines(run("consume", "asked", "--count", "1", "--with-metadata")).get(0);
    assertThat(line.get("topic").asText()).isEqualTo("asked");
    assertThat(line.get("key").asText()).isEqualTo("a.jpg");
    JsonNode request = line.get("value").get("requests").get(0);
    assertThat(request.get("task").asText()).isEqualTo("referring-expression");
    assertThat(request.get("text").isNull()).isTrue();
    assertThat(request.get("boxes")).hasSize(2);
    assertThat(request.get("boxes").get(0).get("y_max").asDouble()).isEqualTo(0.9);
  }

  @Test
  void whatCannotBeDecodedIsPrintedAllTheSame() throws Exception {
    createTopic("garbage");
    Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>("garbage", 0, null, new byte[] {1, 2, 3})).get();
      producer.send(new ProducerRecord<>("garbage", 0, null, new byte[] {0, 0, 0, 9, 9, 4})).get();
      producer.send(new ProducerRecord<>("garbage", 0, null, null)).get();
    }
    CommandRun printed = run("consume", "garbage", "--count", "3");
    assertThat(printed.exitCode()).isEqualTo(ExitCodes.FAILED);
    List<JsonNode> lines = lines(printed);
    assertThat(lines.get(0).get("value").asText()).isEqualTo("AQID");
    assertThat(lines.get(0).get("error").asText()).contains("Confluent wire format");
    assertThat(lines.get(1).get("error").asText()).contains("schema id");
    assertThat(lines.get(2).isNull()).isTrue();
  }

  @Test
  void aMissingSchemaIsRegisteredOnlyIfThatIsWanted() throws Exception {
    createTopic("strict");
    Files.writeString(images.resolve("a.jpg"), "image");
    CommandRun refused = run("produce", "strict", "--no-register-schema", images.toString());
    assertThat(refused.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(refused.err()).startsWith("error: ").contains("strict-value");
    assertThat(run("produce", "strict", "--register-schema", images.toString()).exitCode())
        .isZero();
    assertThat(run("produce", "strict", "--no-register-schema", images.toString()).exitCode())
        .isZero();
    assertThat(lines(run("consume", "strict", "--count", "2"))).hasSize(2);
  }

  @Test
  void aTopicOrABrokerThatIsNotThereIsNamed() throws Exception {
    CommandRun topic = run("consume", "nowhere");
    assertThat(topic.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(topic.err()).startsWith("error: ").contains("nowhere").doesNotContain("\tat ");
    Files.writeString(images.resolve("a.jpg"), "image");
    createTopic("orphans");
    assertThat(run("produce", "orphans", images.toString()).exitCode()).isZero();
    Files.writeString(images.resolve("b.jpg"), "image");
    CommandRun topicless =
        run("produce", "nowhere", "--property", "max.block.ms=2000", images.toString());
    assertThat(topicless.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(topicless.err().lines().filter(line -> line.contains("nowhere")).toList())
        .singleElement()
        .asString()
        .startsWith("error: --topic: nowhere is not at " + kafka.bootstrapServers());
    CommandRun unreadable =
        CommandRun.groundstream(
            "consume",
            "--topic",
            "orphans",
            "--bootstrap-servers",
            kafka.bootstrapServers(),
            "--schema-registry",
            "http://127.0.0.1:1");
    assertThat(unreadable.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(unreadable.out()).isEmpty();
    assertThat(unreadable.err()).startsWith("error: ").contains("http://127.0.0.1:1");
    CommandRun registryAway =
        CommandRun.groundstream(
            "produce",
            "--topic",
            "t",
            "--bootstrap-servers",
            kafka.bootstrapServers(),
            "--schema-registry",
            "http://127.0.0.1:1",
            images.toString());
    assertThat(registryAway.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(registryAway.err()).startsWith("error: ").contains("http://127.0.0.1:1");
  }
}
