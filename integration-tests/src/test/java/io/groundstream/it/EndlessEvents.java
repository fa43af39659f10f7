package io.groundstream.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.RequestResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Events without end, no two of whose pictures are the same bytes, though there are but the demo's
 * scenes to see on them: so nothing is saved by having seen a picture before. Some hold several
 * requests, and one of {@value #BAD_EVERY} is no picture. For one thread.
 */
final class EndlessEvents {
  private static final int SCENES = 24;
  private static final int BAD_EVERY = 50;
  private static final int START_OF_IMAGE_BYTES = 2;
  private static final int LONGEST_COMMENT = 65_000;

  private final JobTopics topics;
  private final int padding;
  private final List<byte[]> scenes = new ArrayList<>();
  private final Set<String> good = new HashSet<>();
  private int published;
  private int requests;

  /**
   * @param padding how many bytes each picture has beside what is to be seen
   */
  EndlessEvents(JobTopics topics, int padding) throws IOException {
    this.topics = topics;
    this.padding = padding;
    for (int i = 0; i < SCENES; i++) {
      scenes.add(Files.readAllBytes(Events.SCENES.resolve("scene-%03d.jpg".formatted(i))));
    }
  }

  /** Publishes one more event with so many requests. */
  void publish(int requestCount) {
    String id = "endless-%07d".formatted(published);
    boolean bad = published % BAD_EVERY == BAD_EVERY - 1;
    byte[] picture =
        bad
            ? id.getBytes(StandardCharsets.UTF_8)
            : commented(scenes.get(published % SCENES), id, padding);
    List<ImageRequest> asked = new ArrayList<>();
    for (int i = 0; i < requestCount; i++) {
      asked.add(
          i == 0
              ? Events.request("grounded-caption", null)
              : Events.request("phrase-grounding", "thing " + i));
    }
    topics.publish(
        ImageEvent.newBuilder()
            .setEventId(id)
            .setImageBytes(ByteBuffer.wrap(picture))
            .setRequests(asked)
            .build());
    published++;
    if (!bad) {
      good.add(id);
      requests += requestCount;
    }
  }

  /** Returns a JPEG with comments in it, which change nothing that is to be seen. */
  private static byte[] commented(byte[] jpeg, String comment, int padding) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(jpeg.length + padding + 64);
    bytes.write(jpeg, 0, START_OF_IMAGE_BYTES);
    comment(bytes, comment.getBytes(StandardCharsets.UTF_8));
    for (int left = padding; left > 0; left -= LONGEST_COMMENT) {
      comment(bytes, new byte[Math.min(left, LONGEST_COMMENT)]);
    }
    bytes.write(jpeg, START_OF_IMAGE_BYTES, jpeg.length - START_OF_IMAGE_BYTES);
    return bytes.toByteArray();
  }

  private static void comment(ByteArrayOutputStream bytes, byte[] text) {
    int length = text.length + 2;
    bytes.write(0xFF);
    bytes.write(0xFE);
    bytes.write(length >> 8);
    bytes.write(length);
    bytes.write(text, 0, text.length);
  }

  /** Returns how many events were published. */
  int published() {
    return published;
  }

  /** Returns how many requests the good ones of them hold. */
  int requests() {
    return requests;
  }

  /** Whether there are as many results as there have to be, as far as was read. */
  boolean areAnswered() {
    return topics.images.size() + topics.deadLetters.size() >= published;
  }

  /** Checks that every event has exactly one result, and every scene always the same caption. */
  void verify() {
    Map<String, String> captions = new HashMap<>();
    Set<String> seen = new HashSet<>();
    for (GroundedImage image : topics.images) {
      assertThat(seen.add(image.getEventId())).as("%s is there once", image.getEventId()).isTrue();
      RequestResult brief = image.getRequests().get(0);
      assertThat(brief.getErrorCode()).as("error of %s", image.getEventId()).isNull();
      String number = image.getEventId().substring(image.getEventId().length() - 7);
      String scene = "scene " + Integer.parseInt(number) % SCENES;
      assertThat(brief.getCaption())
          .as("caption of %s", scene)
          .isNotEmpty()
          .isEqualTo(captions.computeIfAbsent(scene, any -> brief.getCaption()));
    }
    assertThat(seen).isEqualTo(good);
    assertThat(topics.deadLetters)
        .hasSize(published - good.size())
        .allSatisfy(letter -> assertThat(letter.getCode()).isEqualTo("image-format-unknown"));
  }
}
