package io.groundstream.console.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.Origin;
import io.groundstream.avro.RequestResult;
import io.groundstream.console.embedded.LocalKafka;
import io.groundstream.console.embedded.LocalRegistry;
import io.groundstream.console.embedded.LocalServices;
import io.groundstream.jobs.cli.ExitCodes;
import io.groundstream.schemas.JsonRecordEncoder;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.avro.specific.SpecificRecord;
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

/** Follows results in the topics of a real broker. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FollowITCase {
  private static final Pattern PIECE = Pattern.compile("\u001b_G[^;]*;([^\u001b]*)\u001b\\\\");
  private static final Origin ORIGIN = new Origin("kafka", "image-events", "0:0");

  @TempDir static Path services;
  @TempDir static Path images;

  private LocalKafka kafka;
  private LocalRegistry registry;

  @BeforeAll
  void start() throws Exception {
    kafka = LocalKafka.start(services.resolve("kafka"), 0);
    registry = LocalRegistry.start(LocalServices.REGISTRY_HOME, services, 0);
    Map<String, Object> settings = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (Admin admin = Admin.create(settings)) {
      admin
          .createTopics(
              Stream.of("image-events", "grounded-images", "grounded-phrases", "dead-letters")
                  .map(name -> new NewTopic(name, 1, (short) 1))
                  .toList())
          .all()
          .get();
    }
    BufferedImage gray = new BufferedImage(800, 600, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(gray, "png", images.resolve("a.png").toFile());
    CommandRun produced = run("produce", "--topic", "image-events", images.toString());
    assertThat(produced.exitCode()).as(produced.err()).isZero();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      send(producer, "grounded-phrases", phrase(ORIGIN));
      send(producer, "grounded-images", image());
      send(
          producer,
          "dead-letters",
          DeadLetter.newBuilder()
              .setImageId("b.png")
              .setStage("decode")
              .setCode("bad-magic")
              .setMessage("no event")
              .setOrigin(new Origin("kafka", "image-events", "0:1"))
              .setProcessingTime(Instant.EPOCH)
              .build());
    }
  }

  @AfterAll
  void stop() {
    registry.close();
    kafka.close();
  }

  private static <T extends SpecificRecord> void send(
      KafkaProducer<byte[], byte[]> producer, String topic, T record) throws Exception {
    producer.send(new ProducerRecord<>(topic, new JsonRecordEncoder<T>().encode(record))).get();
  }

  private static GroundedImage image() {
    return GroundedImage.newBuilder()
        .setImageId("a.png")
        .setEventId("a.png")
        .setWidth(800)
        .setHeight(600)
        .setProcessingTime(Instant.EPOCH)
        .setOrigin(ORIGIN)
        .setRequests(
            List.of(
                RequestResult.newBuilder()
                    .setRequestId("r")
                    .setTask("grounded-caption")
                    .setCaption("A dog.")
                    .setPhraseCount(1)
                    .build()))
        .build();
  }

  private static GroundedPhrase phrase(Origin origin) {
    return GroundedPhrase.newBuilder()
        .setImageId("a.png")
        .setEventId("a.png")
        .setRequestId("r")
        .setPhrase("a dog")
        .setOrigin(origin)
        .setProcessingTime(Instant.EPOCH)
        .setBoxes(
            List.of(
                GroundedBox.newBuilder()
                    .setXMin(0.25)
                    .setYMin(0.25)
                    .setXMax(0.75)
                    .setYMax(0.75)
                    .setConfidence(0.5)
                    .build()))
        .build();
  }

  private CommandRun run(String command, String... more) {
    return CommandRun.groundstream(
        Stream.concat(
                Stream.of(
                    command,
                    "--bootstrap-servers",
                    kafka.bootstrapServers(),
                    "--schema-registry",
                    registry.url()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private CommandRun follow(String... more) {
    return run(
        "consume",
        Stream.concat(Stream.of("--follow", "--from", "earliest", "--count", "2"), Stream.of(more))
            .toArray(String[]::new));
  }

  private static void assertText(String text) {
    assertThat(text)
        .containsPattern(
            """
            \\d\\d:\\d\\d:\\d\\d  a\\.png  800x600
              grounded-caption  A dog\\.
                - a dog  box 0\\.250 0\\.250 0\\.750 0\\.750 confidence 0\\.500
            """)
        .containsPattern("  b\\.png  dead letter  decode/bad-magic:  no event\n");
  }

  /** The output of a test is no terminal. */
  @Test
  void elsewhereThereIsTextAlone() {
    CommandRun run = follow();
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
    assertText(run.out());
    assertThat(run.out()).doesNotContain("\u001b");
  }

  @Test
  void anImageComesFromItsEvent() throws Exception {
    CommandRun run = follow("--pictures", "kitty");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
    assertText(run.out());
    assertBox(run.out());
  }

  @Test
  void anImageComesFromAFolder() throws Exception {
    // Not from the topic, which such a configuration does not even know.
    CommandRun run =
        follow(
            "--pictures",
            "kitty",
            "--images",
            images.toString(),
            "-Dkafka.topics.events=not-there");
    assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCodes.OK);
    assertBox(run.out());
    CommandRun without =
        follow(
            "--pictures", "kitty", "--images", services.toString(), "-Dkafka.topics.events=none");
    assertThat(without.out()).contains("  no image: it is not in " + services);
    assertText(without.out());
  }

  @Test
  void sixelsAreAnImage() {
    CommandRun run = follow("--pictures", "sixel");
    assertThat(run.out()).contains("\u001bP0;1;0q\"1;1;400;300#");
    assertText(run.out());
  }

  private static void assertBox(String out) throws Exception {
    StringBuilder data = new StringBuilder();
    Matcher piece = PIECE.matcher(out);
    while (piece.find()) {
      data.append(piece.group(1));
    }
    BufferedImage shown =
        ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(data.toString())));
    assertThat(shown.getWidth()).isEqualTo(400);
    assertThat(shown.getHeight()).isEqualTo(300);
    assertThat(new Color(shown.getRGB(100, 150))).isEqualTo(new Color(0xff5c5c));
    assertThat(new Color(shown.getRGB(200, 150))).isEqualTo(Color.BLACK);
  }

  @Test
  void wrongUsageIsTold() {
    CommandRun both = follow("--topic", "grounded-images");
    assertThat(both.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(both.err()).startsWith("--topic: not with --follow");
    CommandRun neither = run("consume");
    assertThat(neither.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(neither.err()).contains("--topic");
    CommandRun alone = run("consume", "--topic", "t", "--pictures", "sixel");
    assertThat(alone.exitCode()).isEqualTo(ExitCodes.USAGE);
    assertThat(alone.err()).startsWith("--pictures: only with --follow");
    CommandRun unknown = follow("--pictures", "ascii");
    assertThat(unknown.exitCode()).isEqualTo(ExitCodes.USAGE);
    CommandRun missing = follow("-Dkafka.topics.images=nowhere");
    assertThat(missing.exitCode()).isEqualTo(ExitCodes.FAILED);
    assertThat(missing.err()).contains("kafka.topics.images: nowhere");
  }
}
