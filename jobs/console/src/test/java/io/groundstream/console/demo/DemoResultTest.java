package io.groundstream.console.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.Origin;
import io.groundstream.avro.RequestResult;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoResultTest {
  private final DemoResult result = new DemoResult();

  private static GroundedImage image() {
    RequestResult caption =
        RequestResult.newBuilder()
            .setRequestId("r1")
            .setTask("grounded-caption")
            .setCaption("An image of two dogs\u001b[31m.")
            .setPhraseCount(2)
            .build();
    RequestResult failed =
        RequestResult.newBuilder()
            .setRequestId("r2")
            .setTask("question")
            .setErrorCode("text-missing")
            .build();
    return GroundedImage.newBuilder()
        .setEventId("a.jpg")
        .setImageId("a.jpg")
        .setRequests(List.of(caption, failed))
        .build();
  }

  private static GroundedPhrase phrase(int ordinal, GroundedBox... boxes) {
    return GroundedPhrase.newBuilder()
        .setEventId("a.jpg")
        .setRequestId("r1")
        .setOrdinal(ordinal)
        .setPhrase("phrase " + ordinal)
        .setBoxes(List.of(boxes))
        .build();
  }

  private static GroundedBox box(double xMin) {
    return GroundedBox.newBuilder()
        .setXMin(xMin)
        .setYMin(0)
        .setXMax(1)
        .setYMax(0.984375)
        .setConfidence(0.12345)
        .build();
  }

  private static DeadLetter letter() {
    return DeadLetter.newBuilder()
        .setStage("request")
        .setCode("text-missing")
        .setMessage("text: none")
        .setEventId("a.jpg")
        .setRequestId("r2")
        .build();
  }

  @Test
  void isCompleteWithAllThatTheImageRecordTells() {
    result.add(phrase(1, box(0.5)));
    assertThat(result.isComplete()).isFalse();
    result.add(image());
    result.add(phrase(0, box(0.25)));
    assertThat(result.isComplete()).as("a dead letter is missing").isFalse();
    result.add(letter());
    assertThat(result.isComplete()).isTrue();
    assertThat(result.name()).isEqualTo("a.jpg");
    assertThat(result.phrases("r1")).extracting(GroundedPhrase::getOrdinal).containsExactly(0, 1);
  }

  @Test
  void isCompleteWhenTheEventFailedAsAWhole() {
    result.add(
        DeadLetter.newBuilder(letter())
            .setRequestId(null)
            .setEventId(null)
            .setOrigin(new Origin("kafka", "image-events", "1:7"))
            .build());
    assertThat(result.isComplete()).isTrue();
    assertThat(result.name()).isEqualTo("image-events 1:7");
  }

  @Test
  void isPrintedWithOneLinePerPhrase() {
    GroundedBox given =
        GroundedBox.newBuilder(box(0)).setConfidence(null).setSource("given").build();
    result.add(image());
    result.add(phrase(1, box(0.046875), given));
    result.add(phrase(0, box(1 / 3.0)));
    result.add(letter());
    StringWriter text = new StringWriter();
    new DemoPrinter(new PrintWriter(text)).print(result);
    assertThat(text.toString().lines())
        .containsExactly(
            "a.jpg  grounded-caption  An image of two dogs\ufffd[31m.",
            "  phrase phrase 0  box 0.333333 0 1 0.984375  confidence 0.123",
            "  phrase phrase 1  box 0.046875 0 1 0.984375  confidence 0.123"
                + "  box 0 0 1 0.984375  given",
            "a.jpg  dead letter  request/text-missing: text: none");
  }
}
