package io.groundstream.schemas;

import io.groundstream.avro.CandidateScore;
import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.DecodingOptions;
import io.groundstream.avro.Demonstration;
import io.groundstream.avro.FurtherImage;
import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.OmittedAttribute;
import io.groundstream.avro.Origin;
import io.groundstream.avro.PromptPart;
import io.groundstream.avro.RecordHeader;
import io.groundstream.avro.RequestBox;
import io.groundstream.avro.RequestResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificRecord;

/** Makes one record of every topic with all of its fields set. */
final class Samples {
  static final Instant EVENT_TIME = Instant.parse("2026-01-02T03:04:05.678Z");
  static final Instant PROCESSING_TIME = Instant.parse("2026-01-02T03:04:06.789Z");
  static final String REVISION =
      "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

  private Samples() {}

  static List<SpecificRecord> all() {
    return List.of(imageEvent(), groundedImage(), groundedPhrase(), deadLetter());
  }

  static ImageRequest request() {
    return ImageRequest.newBuilder()
        .setRequestId("r-1")
        .setTask("referring-expression")
        .setText("Frau mit Löwe \uD83E\uDD81")
        .setBoxes(List.of(new RequestBox(0.125, 0.25, 0.5, 1.0, "der Löwe")))
        .setParts(List.of(new PromptPart(null, 1), new PromptPart("It is", null)))
        .setCandidates(List.of("a cat", "a dog"))
        .setRanking("mean")
        .setOptions(
            DecodingOptions.newBuilder()
                .setBeams(3)
                .setLengthPenalty(0.5)
                .setSeed(Long.MIN_VALUE)
                .setStop(List.of(" und"))
                .setConstraint("well-formed")
                .setMaxBoxes(2)
                .setChoices(List.of("ja", "nein"))
                .setPhrases(List.of("ein Löwe"))
                .build())
        .build();
  }

  static ImageEvent imageEvent() {
    return ImageEvent.newBuilder()
        .setEventId("event-1")
        .setImageId("image-1")
        .setImageBytes(bytes("picture"))
        .setImageUri("file:///archive/1.jpg")
        .setRequests(List.of(request(), ImageRequest.newBuilder().setTask("caption").build()))
        .setEventTime(EVENT_TIME)
        .setPriority(-3)
        .setDeadline(PROCESSING_TIME)
        .setAttributes(Map.of("camera", "7"))
        .setOmittedAttributes(List.of(omitted()))
        .setFurtherImages(
            List.of(new FurtherImage(bytes("another"), null), new FurtherImage(null, "file:///b")))
        .setDemonstrations(
            List.of(
                new Demonstration(
                    bytes("shown"),
                    null,
                    "<phrase> It</phrase><object></object> is red.",
                    List.of(new RequestBox(0.0, 0.0, 0.5, 0.5, null)))))
        .build();
  }

  static OmittedAttribute omitted() {
    return new OmittedAttribute("1.json", "sidecar-invalid", "empty (expected: a JSON object)");
  }

  static GroundedImage groundedImage() {
    RequestResult result =
        RequestResult.newBuilder()
            .setRequestId("r-1")
            .setTask("grounded-caption")
            .setPrompt("<grounding> An image of")
            .setRawText("<grounding> An image of<phrase> a ball</phrase><object>…</object>.")
            .setCaption("An image of a ball.")
            .setAnswer("a ball.")
            .setFinishReason("end")
            .setPromptTokens(71)
            .setGeneratedTokens(9)
            .setPhraseCount(1)
            .setWarnings(List.of("odd"))
            .setScores(List.of(new CandidateScore("a cat", -1.5, -0.75, List.of(-1.0, -0.5))))
            .build();
    RequestResult failure =
        RequestResult.newBuilder()
            .setRequestId("r-2")
            .setTask("dance")
            .setErrorCode("unknown-task")
            .build();
    return GroundedImage.newBuilder()
        .setImageId("image-1")
        .setEventId("event-1")
        .setWidth(640)
        .setHeight(480)
        .setContentSha256(Ids.contentSha256("picture".getBytes(StandardCharsets.UTF_8)))
        .setRequests(List.of(result, failure))
        .setAttributes(Map.of("camera", "7"))
        .setOmittedAttributes(List.of(omitted()))
        .setUri("https://example.org/a.jpg")
        .setStoredWidth(480)
        .setStoredHeight(640)
        .setOrientation(6)
        .setModelName("kosmos-2")
        .setModelRevision(REVISION)
        .setModelDtype("float32")
        .setEventTime(EVENT_TIME)
        .setProcessingTime(PROCESSING_TIME)
        .setOrigin(new Origin("kafka", "image-events", "3:1042"))
        .build();
  }

  static GroundedPhrase groundedPhrase() {
    return GroundedPhrase.newBuilder()
        .setPhraseId(Ids.phraseId("image-1", "r-1", 0))
        .setImageId("image-1")
        .setEventId("event-1")
        .setRequestId("r-1")
        .setTask("grounded-caption")
        .setOrdinal(0)
        .setPhrase("a ball")
        .setStart(12)
        .setEnd(18)
        .setCaption("An image of a ball.")
        .setWidth(640)
        .setHeight(480)
        .setBoxes(
            List.of(
                new GroundedBox(0.1, 0.2, 0.3, 0.4, 0.875, "generated", true),
                new GroundedBox(0.5, 0.5, 0.75, 1.0, null, "given", false)))
        .setAttributes(Map.of("camera", "7"))
        .setModelName("kosmos-2")
        .setModelRevision(REVISION)
        .setModelDtype("float32")
        .setEventTime(EVENT_TIME)
        .setProcessingTime(PROCESSING_TIME)
        .setOrigin(new Origin("kafka", "image-events", "3:1042"))
        .setImageIndex(1)
        .build();
  }

  static DeadLetter deadLetter() {
    return DeadLetter.newBuilder()
        .setStage("request")
        .setCode("unknown-task")
        .setMessage("task: dance (expected: …)")
        .setCause("java.lang.IllegalStateException: no")
        .setRetryable(true)
        .setAttempts(2)
        .setEventId("event-1")
        .setImageId("image-1")
        .setRequestId("r-1")
        .setRequest(request())
        .setOriginalKey(bytes("key"))
        .setOriginalHeaders(
            List.of(new RecordHeader("trace", bytes("1")), new RecordHeader("none", null)))
        .setOriginalValue(bytes("value"))
        .setOriginalValueSize(5L)
        .setOriginalTimestamp(EVENT_TIME)
        .setAttributes(Map.of("camera", "7"))
        .setModelName("kosmos-2")
        .setModelRevision(REVISION)
        .setModelDtype("float32")
        .setEventTime(EVENT_TIME)
        .setProcessingTime(PROCESSING_TIME)
        .setOrigin(new Origin("kafka", "image-events", "3:1042"))
        .build();
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a header, an event up to a field, and a length that the remaining bytes do not have. */
  static byte[] claiming(byte[] header, String field, long length) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(header);
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    switch (field) {
      case "event_id" -> encoder.writeLong(length);
      case "image_bytes" -> {
        encoder.writeString("e");
        encoder.writeIndex(0);
        encoder.writeIndex(1);
        encoder.writeLong(length);
      }
      case "requests", "requests-by-size" -> {
        encoder.writeString("e");
        encoder.writeIndex(0);
        encoder.writeIndex(0);
        encoder.writeIndex(0);
        encoder.writeLong(field.equals("requests") ? length : -length);
        encoder.writeLong(0);
      }
      case "attributes" -> {
        encoder.writeString("e");
        encoder.writeIndex(0);
        encoder.writeIndex(0);
        encoder.writeIndex(0);
        encoder.writeLong(0);
        encoder.writeIndex(0);
        encoder.writeInt(0);
        encoder.writeIndex(0);
        encoder.writeLong(length);
      }
      default -> throw new AssertionError(field);
    }
    encoder.flush();
    return Arrays.copyOf(out.toByteArray(), Math.max(header.length + 15, out.size()));
  }
}
