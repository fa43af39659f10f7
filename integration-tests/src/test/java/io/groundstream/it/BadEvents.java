package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.RequestBox;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One event of every kind that cannot be processed, and the dead letter that it must become. */
final class BadEvents {
  private static final Path HOSTILE =
      Path.of("..", "model-serving", "images", "src", "test", "resources", "goldens", "hostile");

  private final JobTopics topics;
  private final List<Bad> bad;

  private BadEvents(JobTopics topics, List<Bad> bad) {
    this.topics = topics;
    this.bad = bad;
  }

  /** The expectations for one bad event. */
  private record Bad(@Nullable String key, byte @Nullable [] value, String stage, String code) {}

  static BadEvents encode(JobTopics topics, Path root) throws IOException {
    byte[] valid = topics.encode(Events.event("valid", "scene-000.jpg"));
    byte[] unknownSchema = valid.clone();
    unknownSchema[1] = 0x7f;
    RequestBox outside = new RequestBox(0.1, 0.1, 1.5, 0.9, null);
    RequestBox inverted = new RequestBox(0.9, 0.1, 0.2, 0.9, null);
    ImageEvent notAnImage =
        ImageEvent.newBuilder()
            .setEventId("not-an-image")
            .setImageBytes(ByteBuffer.wrap("just words".getBytes(StandardCharsets.UTF_8)))
            .build();
    byte[] half = Files.readAllBytes(HOSTILE.resolve("cut-in-half.jpg"));
    ImageEvent tooLarge = Events.event("too-large", "scene-000.jpg");
    tooLarge.setAttributes(Map.of("essay", "x".repeat(1_200_000)));
    ImageEvent expired = Events.event("expired", "scene-000.jpg");
    expired.setDeadline(Instant.now().minusSeconds(60));
    List<Bad> bad = new ArrayList<>();
    bad.add(
        new Bad(
            "k1", "no avro at all".getBytes(StandardCharsets.UTF_8), "decode-record", "bad-magic"));
    bad.add(new Bad(null, new byte[0], "decode-record", "record-empty"));
    bad.add(new Bad("k3", unknownSchema, "decode-record", "unknown-schema-id"));
    bad.add(new Bad("k4", Arrays.copyOf(valid, 900), "decode-record", "record-corrupt"));
    bad.add(
        encoded(
            topics,
            Events.event("unknown-task", "scene-000.jpg", Events.request("sing", null)),
            "request",
            "unknown-task"));
    bad.add(encoded(topics, notAnImage, "decode-image", "image-format-unknown"));
    bad.add(
        encoded(
            topics,
            ImageEvent.newBuilder().setEventId("half").setImageBytes(ByteBuffer.wrap(half)).build(),
            "decode-image",
            "image-truncated"));
    bad.add(
        encoded(
            topics,
            ImageEvent.newBuilder()
                .setEventId("missing-file")
                .setImageUri(root.resolve("gone.jpg").toUri().toString())
                .build(),
            "fetch",
            "image-not-found"));
    bad.add(
        encoded(
            topics,
            ImageEvent.newBuilder()
                .setEventId("elsewhere")
                .setImageUri("file:///etc/passwd")
                .build(),
            "fetch",
            "uri-not-allowed"));
    bad.add(
        encoded(
            topics,
            Events.event(
                "unmarked", "scene-000.jpg", Events.request("phrase-in-sentence", "a dog runs")),
            "request",
            "text-invalid"));
    bad.add(
        encoded(
            topics,
            Events.event(
                "outside", "scene-000.jpg", Events.request("referring-expression", null, outside)),
            "request",
            "box-invalid"));
    bad.add(
        encoded(
            topics,
            Events.event(
                "inverted",
                "scene-000.jpg",
                Events.request("referring-expression", null, inverted)),
            "request",
            "box-invalid"));
    bad.add(
        encoded(
            topics,
            Events.event("long", "scene-000.jpg", Events.request("question", "why ".repeat(700))),
            "request",
            "prompt-too-long"));
    bad.add(encoded(topics, tooLarge, "emit", "record-too-large"));
    bad.add(encoded(topics, expired, "request", "deadline-exceeded"));
    return new BadEvents(topics, bad);
  }

  private static Bad encoded(JobTopics topics, ImageEvent event, String stage, String code) {
    return new Bad(event.getEventId(), topics.encode(event), stage, code);
  }

  int count() {
    return bad.size();
  }

  void publish(int index) {
    topics.publish(bad.get(index).key(), bad.get(index).value());
  }

  /**
   * Checks that every bad event has exactly one dead letter, which contains all that a replay
   * needs.
   */
  void check(List<DeadLetter> deadLetters) {
    assertThat(deadLetters)
        .extracting(letter -> letter.getStage() + " " + letter.getCode())
        .containsExactlyInAnyOrderElementsOf(
            bad.stream().map(one -> one.stage() + " " + one.code()).toList());
    for (Bad one : bad) {
      List<DeadLetter> letters = deadLetters.stream().filter(letter -> isOf(letter, one)).toList();
      assertThat(letters).as(one.key() + " " + one.code()).hasSize(1);
      DeadLetter letter = letters.get(0);
      assertThat(letter.getMessage()).isNotBlank();
      assertThat(letter.getOrigin().getSystem()).isEqualTo("kafka");
      assertThat(letter.getOrigin().getPosition()).isNotBlank();
      if (one.value() == null || one.value().length > 768 * 1024) {
        assertThat(letter.getOriginalValue()).isNull();
      } else {
        assertThat(letter.getOriginalValue()).isEqualTo(ByteBuffer.wrap(one.value()));
      }
    }
  }

  private static boolean isOf(DeadLetter letter, Bad one) {
    ByteBuffer key = letter.getOriginalKey();
    return letter.getCode().equals(one.code())
        && (one.key() == null
            ? key == null
            : key != null
                && key.equals(ByteBuffer.wrap(one.key().getBytes(StandardCharsets.UTF_8))));
  }
}
