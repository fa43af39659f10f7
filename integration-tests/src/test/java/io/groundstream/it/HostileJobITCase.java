package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.ImageEvent;
import io.groundstream.kosmos2.GroundingErrorCode;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests that the enrichment job, with a heap of 512 MB, survives every hostile image, in events and
 * by URI, repeatedly: each becomes its dead letter, and valid images between them are answered.
 * {@code -Dgroundstream.hostile.rounds=N} sets the number of rounds.
 */
@Timeout(900)
final class HostileJobITCase {
  private static final int ROUNDS = Integer.getInteger("groundstream.hostile.rounds", 3);
  private static final Path HOSTILE =
      Path.of("..", "model-serving", "images", "src", "test", "resources", "goldens", "hostile");
  private static final Path CHECKPOINT = Path.of("..", "model-serving", "demo-checkpoint");
  private static final Duration PATIENCE = Duration.ofSeconds(120L + 30L * ROUNDS);

  private static final Map<String, GroundingErrorCode> CODES =
      Map.ofEntries(
          Map.entry("bomb-40000x40000.png", GroundingErrorCode.IMAGE_TOO_MANY_PIXELS),
          Map.entry("corrupted.jpg", GroundingErrorCode.IMAGE_TRUNCATED),
          Map.entry("cut-in-half.jpg", GroundingErrorCode.IMAGE_TRUNCATED),
          Map.entry("empty.jpg", GroundingErrorCode.IMAGE_EMPTY),
          Map.entry("external-entity.svg", GroundingErrorCode.IMAGE_FORMAT_UNKNOWN),
          Map.entry("header-lies.png", GroundingErrorCode.IMAGE_TOO_MANY_PIXELS),
          Map.entry("html.png", GroundingErrorCode.IMAGE_FORMAT_UNKNOWN),
          Map.entry("huge-screen.gif", GroundingErrorCode.IMAGE_TOO_MANY_PIXELS),
          Map.entry("only-header.jpg", GroundingErrorCode.IMAGE_TRUNCATED),
          Map.entry("picture.avif", GroundingErrorCode.IMAGE_FORMAT_UNKNOWN),
          Map.entry("random.bin", GroundingErrorCode.IMAGE_FORMAT_UNKNOWN),
          Map.entry("text.jpg", GroundingErrorCode.IMAGE_FORMAT_UNKNOWN),
          Map.entry("zero-width.png", GroundingErrorCode.IMAGE_CORRUPT));

  @TempDir private Path directory;

  @Test
  void aJobOf512MegabytesSurvivesTheWholeSetInALoop() throws Exception {
    Path images = Files.createDirectories(directory.resolve("images"));
    // The maximum number of pixels, 147 MB of colours, which must succeed.
    Path large = images.resolve("large.png");
    ImageIO.write(
        new BufferedImage(7000, 7000, BufferedImage.TYPE_BYTE_BINARY), "png", large.toFile());
    for (String name : CODES.keySet()) {
      Files.copy(HOSTILE.resolve(name), images.resolve(name));
    }
    try (TestBroker kafka = TestBroker.start(directory.resolve("kafka"));
        TestRegistry registry = TestRegistry.start(directory.resolve("registry"));
        JobTopics topics = JobTopics.create("hostile", kafka.bootstrapServers(), registry.url())) {
      Path log = directory.resolve("job.log");
      Process job = start(log, settings(topics, kafka, registry, images));
      try {
        Map<String, String> expected = new HashMap<>();
        List<String> good = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
          publish(topics, images, round, expected, good);
        }
        topics.readUntil(
            PATIENCE,
            () ->
                !job.isAlive()
                    || (topics.deadLetters.size() >= expected.size()
                        && topics.images.stream().filter(HostileJobITCase::isAnswered).count()
                            >= good.size()));
        job.getOutputStream().close();
        assertThat(job.waitFor(60, TimeUnit.SECONDS)).as(Files.readString(log)).isTrue();
        assertThat(job.exitValue()).as(Files.readString(log)).isZero();
        check(topics, expected, good);
      } finally {
        job.destroyForcibly();
      }
      List<String> lines = Files.readAllLines(log);
      String last = lines.get(lines.size() - 1);
      System.out.println(ROUNDS + " rounds: " + last);
      assertThat(last).startsWith("running true, restarts 0, peak heap ");
    }
  }

  private static void check(JobTopics topics, Map<String, String> expected, List<String> good) {
    Map<String, String> told = new HashMap<>();
    for (DeadLetter letter : topics.deadLetters) {
      told.put(String.valueOf(letter.getEventId()), letter.getCode());
    }
    assertThat(told).isEqualTo(expected);
    assertThat(topics.deadLetters).hasSameSizeAs(expected.keySet());
    assertThat(
            topics.images.stream()
                .filter(HostileJobITCase::isAnswered)
                .map(GroundedImage::getEventId))
        .containsExactlyInAnyOrderElementsOf(good);
  }

  private static boolean isAnswered(GroundedImage image) {
    return image.getRequests().get(0).getErrorCode() == null;
  }

  /** Publishes every hostile image twice, with valid ones between them. */
  private static void publish(
      JobTopics topics, Path images, int round, Map<String, String> expected, List<String> good)
      throws Exception {
    for (Map.Entry<String, GroundingErrorCode> file : CODES.entrySet()) {
      Path image = images.resolve(file.getKey());
      String id = round + "/" + file.getKey();
      topics.publish(
          ImageEvent.newBuilder()
              .setEventId(id)
              .setImageBytes(ByteBuffer.wrap(Files.readAllBytes(image)))
              .build());
      topics.publish(
          ImageEvent.newBuilder()
              .setEventId(id + "/uri")
              .setImageUri(image.toUri().toString())
              .build());
      expected.put(id, file.getValue().code());
      expected.put(id + "/uri", file.getValue().code());
    }
    String scene = "scene-%03d.jpg".formatted(round % 24);
    topics.publish(Events.event(round + "/scene", scene));
    topics.publish(
        ImageEvent.newBuilder()
            .setEventId(round + "/large")
            .setImageUri(images.resolve("large.png").toUri().toString())
            .build());
    good.add(round + "/scene");
    good.add(round + "/large");
  }

  private static Map<String, String> settings(
      JobTopics topics, TestBroker kafka, TestRegistry registry, Path images) {
    Map<String, String> values = new HashMap<>(topics.configuration());
    values.put("kafka.bootstrap-servers", kafka.bootstrapServers());
    values.put("schema-registry.url", registry.url());
    values.put("model.checkpoint", CHECKPOINT.toAbsolutePath().toString());
    values.put("model.device", "cpu");
    values.put("model.dtype", "float32");
    values.put("grounding.max-new-tokens", "8");
    values.put("fetch.allowed-roots", images.toAbsolutePath().toString());
    // Every image is decoded each time.
    values.put("fetch.reuse-window", "0 s");
    values.put("job.parallelism", "2");
    values.put("job.checkpoint-interval", "500 ms");
    values.put("flink.restart-strategy.type", "none");
    return values;
  }

  private Process start(Path log, Map<String, String> values) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.awt.headless=true",
                "-Dai.djl.offline=true",
                "-DRUST_FLAVOR=cpu",
                "--add-opens=java.base/java.util=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                HostileJobMain.class.getName(),
                Files.createDirectories(directory.resolve("flink")).toString()));
    values.forEach((key, value) -> command.add(key + "=" + value));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }
}
