package io.groundstream.console.view;

import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.Origin;
import io.groundstream.avro.RequestResult;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/** Makes records like those that a job writes. */
final class Records {
  private Records() {}

  static Origin origin(int offset) {
    return new Origin("kafka", "image-events", "0:" + offset);
  }

  static GroundedImage image(String id, String event, long time, int phrases) {
    return GroundedImage.newBuilder()
        .setImageId(id)
        .setEventId(event)
        .setWidth(40)
        .setHeight(30)
        .setContentSha256("00")
        .setProcessingTime(Instant.ofEpochMilli(time))
        .setOrigin(origin(0))
        .setRequests(List.of(result("r", "caption of " + event, phrases)))
        .build();
  }

  static RequestResult result(String request, String caption, int phrases) {
    return RequestResult.newBuilder()
        .setRequestId(request)
        .setTask("grounded-caption")
        .setCaption(caption)
        .setPhraseCount(phrases)
        .build();
  }

  static GroundedPhrase phrase(String id, String event, int ordinal, int boxes) {
    return GroundedPhrase.newBuilder()
        .setImageId(id)
        .setEventId(event)
        .setRequestId("r")
        .setOrdinal(ordinal)
        .setPhrase("phrase " + ordinal)
        .setBoxes(
            IntStream.range(0, boxes)
                .mapToObj(
                    box ->
                        GroundedBox.newBuilder()
                            .setXMin(0.25)
                            .setYMin(0.5)
                            .setXMax(0.75)
                            .setYMax(1)
                            .setConfidence(0.5)
                            .build())
                .toList())
        .build();
  }
}
