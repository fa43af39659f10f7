package io.groundstream.operators.grounding;

import static org.assertj.core.api.Assertions.assertThat;

import io.groundstream.avro.FurtherImage;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.PromptPart;
import io.groundstream.operators.deadletter.Failure;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.operators.format.EventDecoder;
import io.groundstream.operators.settings.SettingsReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventPreviewTest {
  private static EventPreview preview(EventDecoder decoder) throws Exception {
    EventRecord record = new EventRecord();
    record.setTopic("events");
    record.setPartition(3);
    record.setOffset(1042);
    record.setValue(new byte[] {1});
    return EventPreview.of(record, decoder, GroundingSettings.read(new SettingsReader(Map.of())));
  }

  @Test
  void aDefectOfAFormatIsAProblemOfItsRecord() throws Exception {
    EventPreview preview =
        preview(
            record -> {
              throw new IllegalStateException("a defect");
            });

    assertThat(preview.position()).isEqualTo("events:3:1042");
    assertThat(preview.problems())
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.code()).isEqualTo("internal-error");
              assertThat(problem.message()).contains("a defect");
            });
  }

  private static List<String> codes(ImageEvent event, String... headers) throws Exception {
    EventRecord record = new EventRecord();
    record.setTopic("events");
    record.setValue(new byte[] {1});
    String[] names = new String[headers.length / 2];
    byte[][] values = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      names[i] = headers[2 * i];
      values[i] = headers[2 * i + 1].getBytes(StandardCharsets.UTF_8);
    }
    record.setHeaderNames(names);
    record.setHeaderValues(values);
    GroundingSettings settings =
        GroundingSettings.read(
            new SettingsReader(
                Map.of(
                    "fetch.http.allowed-hosts", "images.example.org",
                    "fetch.allowed-roots", "/no/such/folder;s3://bucket/images")));
    return EventPreview.of(record, any -> event, settings).problems().stream()
        .map(Failure::code)
        .toList();
  }

  private static ImageEvent linked(String uri) {
    return ImageEvent.newBuilder().setEventId("e").setImageUri(uri).build();
  }

  @Test
  void linksAreCheckedWithoutFollowingThem() throws Exception {
    assertThat(codes(linked("https://images.example.org/a.jpg"))).isEmpty();
    assertThat(codes(linked("https://other.example.org/a.jpg")))
        .containsExactly("host-not-allowed");
    assertThat(codes(linked("http://images.example.org/a.jpg")))
        .containsExactly("scheme-unsupported");
    assertThat(codes(linked("file:///no/such/folder/a.jpg"))).isEmpty();
    assertThat(codes(linked("file:///no/such/other/a.jpg"))).containsExactly("uri-not-allowed");
    assertThat(codes(linked("file:///no/such/folder/../a.jpg"))).containsExactly("uri-not-allowed");
    assertThat(codes(linked("s3://bucket/images/a.jpg"))).isEmpty();
    assertThat(codes(linked("s3://other/images/a.jpg"))).containsExactly("uri-not-allowed");
    assertThat(codes(linked("a.jpg"))).containsExactly("uri-invalid");
    assertThat(codes(linked("data:image/png;base64,AAAA"))).isEmpty();
  }

  @Test
  void deadlinesThatHavePassedAreShown() throws Exception {
    ImageEvent event = linked("https://images.example.org/a.jpg");
    event.setDeadline(Instant.now().plusSeconds(3600));
    assertThat(codes(event)).isEmpty();
    event.setDeadline(Instant.ofEpochMilli(1000));
    assertThat(codes(event)).containsExactly("deadline-exceeded");
  }

  @Test
  void requestsInHeadersAreChecked() throws Exception {
    ImageEvent event = linked("https://images.example.org/a.jpg");
    assertThat(codes(event, "groundstream-task", "question: Who?")).isEmpty();
    assertThat(codes(event, "groundstream-task", "dance")).containsExactly("unknown-task");
    assertThat(codes(event, "groundstream-request", "another"))
        .containsExactly("request-not-found");
  }

  private static ImageEvent.Builder twoImages(ImageRequest.Builder request) {
    return ImageEvent.newBuilder()
        .setEventId("e")
        .setImageUri("https://images.example.org/a.jpg")
        .setFurtherImages(List.of(new FurtherImage(null, "https://images.example.org/b.jpg")))
        .setRequests(List.of(request.build()));
  }

  private static ImageRequest.Builder parts(PromptPart... parts) {
    return ImageRequest.newBuilder().setTask("prompt").setParts(List.of(parts));
  }

  @Test
  void promptsOfPartsAndScoresAreCheckedAsTheJobDoes() throws Exception {
    PromptPart text = new PromptPart("Is it?", null);
    assertThat(codes(twoImages(parts(new PromptPart(null, 1), text)).build())).isEmpty();
    assertThat(codes(twoImages(parts(new PromptPart(null, 2), text)).build()))
        .containsExactly("image-missing");
    assertThat(codes(twoImages(parts(text, new PromptPart(null, 1))).build()))
        .containsExactly("text-missing");
    assertThat(codes(twoImages(parts(new PromptPart("a", 1), text)).build()))
        .containsExactly("text-invalid");
    assertThat(codes(twoImages(parts(text).setTask("caption")).build()))
        .containsExactly("text-unexpected");
    ImageRequest.Builder score = ImageRequest.newBuilder().setTask("score").setText("It is");
    assertThat(codes(twoImages(score).build())).containsExactly("candidates-invalid");
    assertThat(codes(twoImages(score.setCandidates(List.of("a"))).build())).isEmpty();
    assertThat(codes(twoImages(score.setRanking("most")).build()))
        .containsExactly("option-invalid");
    assertThat(
            codes(
                twoImages(parts(text))
                    .setFurtherImages(Collections.nCopies(8, new FurtherImage(null, "s3://b/a")))
                    .build()))
        .containsExactly("too-many-images");
    assertThat(
            codes(
                twoImages(parts(text))
                    .setFurtherImages(List.of(new FurtherImage(null, "https://other.org/b.jpg")))
                    .build()))
        .containsExactly("host-not-allowed");
  }
}
