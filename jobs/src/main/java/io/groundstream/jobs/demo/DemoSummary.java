package io.groundstream.jobs.demo;

import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.RequestResult;
import java.util.Locale;

/** What came out of the topics, counted. Not thread-safe. */
final class DemoSummary {
  private int events;
  private int images;
  private int answers;
  private int phrases;
  private int deadLetters;

  void add(DemoResult result) {
    events++;
    phrases += result.phraseCount();
    deadLetters += result.deadLetters().size();
    GroundedImage image = result.image();
    if (image != null) {
      images++;
      for (RequestResult request : image.getRequests()) {
        if (request.getErrorCode() == null) {
          answers++;
        }
      }
    }
  }

  int events() {
    return events;
  }

  /** Returns how many pictures have a record, if only of failed requests. */
  int images() {
    return images;
  }

  /** Returns whether nothing became a dead letter. */
  boolean isFlawless() {
    return deadLetters == 0;
  }

  String text(double seconds) {
    return String.format(
        Locale.ROOT,
        "%d pictures: %d answers, %d phrases with boxes, %d dead letters, in %.1f s",
        events,
        answers,
        phrases,
        deadLetters,
        seconds);
  }
}
