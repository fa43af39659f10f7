package io.groundstream.console.demo;

import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.RequestResult;
import java.util.Locale;

/** Counts the results in the topics. Not thread-safe. */
final class DemoSummary {
  private int events;
  private int requests;
  private int answers;
  private int phrases;
  private int deadLetters;

  void add(DemoResult result) {
    events++;
    phrases += result.phraseCount();
    deadLetters += result.deadLetters().size();
    GroundedImage image = result.image();
    if (image != null) {
      for (RequestResult request : image.getRequests()) {
        requests++;
        if (request.getErrorCode() == null) {
          answers++;
        }
      }
    }
  }

  int events() {
    return events;
  }

  /** Returns the number of requests in the image records, failed ones included. */
  int requests() {
    return requests;
  }

  /** Returns whether nothing became a dead letter. */
  boolean isFlawless() {
    return deadLetters == 0;
  }

  String text(double seconds) {
    return String.format(
        Locale.ROOT,
        "%d images: %d answers, %d phrases with boxes, %d dead letters, in %.1f s",
        events,
        answers,
        phrases,
        deadLetters,
        seconds);
  }
}
