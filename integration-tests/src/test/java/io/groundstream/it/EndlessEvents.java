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
 * An endless sequence of events whose images all differ in their bytes, although they show only the
 * demo's scenes, so that no cache helps. Some events have several requests, and one in {@value
 * #BAD_EVERY} is not an image. Not thread-safe.
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
   * @param padding the number of invisible bytes in each image
   */
  EndlessEvents(JobTopics topics, int padding) throws IOException {
    this.topics = topics;
    this.padding = padding;
    for (int i = 0; i < SCENES; i++) {
      scenes.add(Files.readAllBytes(Events.SCENES.resolve("scene-%03d.jpg".formatted(i))));
    }
  }

  /** Publishes one more event with the given number of requests. */
  void publish(int requestCount) {
    String id = "endless-%07d".formatted(published);
    boolean bad = published % BAD_EVERY == BAD_EVERY - 1;
    byte[] image =
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
            .setImageBytes(ByteBuffer.wrap(image))
            .setRequests(asked)
            .build());
    published++;
    if (!bad) {
      good.add(id);
      requests += requestCount;
    }
  }

  /** Returns a JPEG with comments, which do not change its pixels. */
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

  /** Returns the number of published events. */
  int published() {
    return published;
  }

  /** Returns the number of requests of the valid events. */
  int requests() {
    return requests;
  }

  /** Returns whether the records read so far contain as many results as expected. */
  boolean areAnswered() {
    return topics.images.size() + topics.deadLetters.size() >= published;
  }

  /** Checks that every event has exactly one result, and that the captions of a scene are equal. */
  void verify() {
    Map<String, String> captions = new HashMap<>();
    Set<String> seen = new HashSet<>();
    for (GroundedImage image : topics.images) {
      assertThat(seen.add(image.getEventId())).as("%s occurs once", image.getEventId()).isTrue();
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
