package io.groundstream.console.demo;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.RequestResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that the topics hold about one event: its image record with the phrases of all
 * requests, and its dead letters. It grows until it is complete. Not thread-safe.
 */
final class DemoResult {
  private @Nullable GroundedImage image;
  private byte[] imageBytes = {};
  private final List<GroundedPhrase> phrases = new ArrayList<>();
  private final List<DeadLetter> deadLetters = new ArrayList<>();

  /** Adds the event, for its image; the result is complete without it. */
  void add(ImageEvent record) {
    ByteBuffer bytes = record.getImageBytes();
    if (bytes != null) {
      imageBytes = new byte[bytes.remaining()];
      bytes.duplicate().get(imageBytes);
    }
  }

  void add(GroundedImage record) {
    image = record;
  }

  void add(GroundedPhrase record) {
    phrases.add(record);
  }

  void add(DeadLetter record) {
    deadLetters.add(record);
  }

  @Nullable GroundedImage image() {
    return image;
  }

  /** Returns the encoded image of the event, empty where it has none. */
  byte[] imageBytes() {
    return imageBytes;
  }

  List<DeadLetter> deadLetters() {
    return deadLetters;
  }

  /** Returns the phrases of a request in their order in the caption. */
  List<GroundedPhrase> phrases(String requestId) {
    return phrases.stream()
        .filter(phrase -> phrase.getRequestId().equals(requestId))
        .sorted(Comparator.comparingInt(GroundedPhrase::getOrdinal))
        .toList();
  }

  int phraseCount() {
    return phrases.size();
  }

  /** Returns the event's identifier, or its origin if the identifier could not be read. */
  String name() {
    if (image != null) {
      return image.getEventId();
    }
    for (DeadLetter letter : deadLetters) {
      return letter.getEventId() != null
          ? letter.getEventId()
          : letter.getOrigin().getName() + " " + letter.getOrigin().getPosition();
    }
    return "";
  }

  /** Returns whether nothing is missing: the image record says how much belongs to it. */
  boolean isComplete() {
    if (image == null) {
      return deadLetters.stream().anyMatch(letter -> letter.getRequestId() == null);
    }
    int expectedPhrases = 0;
    int expectedLetters = 0;
    for (RequestResult request : image.getRequests()) {
      if (request.getErrorCode() == null) {
        expectedPhrases += request.getPhraseCount();
      } else {
        expectedLetters++;
      }
    }
    return phrases.size() >= expectedPhrases && deadLetters.size() >= expectedLetters;
  }
}
