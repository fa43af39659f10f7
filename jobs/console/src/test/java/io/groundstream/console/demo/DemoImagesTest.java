package io.groundstream.console.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.RequestResult;
import io.groundstream.images.HeifOptions;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoImagesTest {
  @TempDir Path folder;

  private DemoImages images() {
    return new DemoImages(
        new DemoOptions(
            folder,
            Path.of("a-checkpoint"),
            folder,
            folder,
            null,
            false,
            0,
            0,
            0,
            0,
            0,
            "cpu",
            "float32",
            HeifOptions.off()));
  }

  private static ImageEvent event(byte[] image) {
    return ImageEvent.newBuilder().setImageBytes(ByteBuffer.wrap(image)).build();
  }

  private JsonNode written(DemoImages images) throws Exception {
    Path file = folder.resolve("index.html");
    images.writePage(file);
    String html = Files.readString(file);
    String start = "<script type=\"application/json\" id=\"data\">";
    String rest = html.substring(html.indexOf(start) + start.length());
    return new ObjectMapper().readTree(rest.substring(0, rest.indexOf("</script>")));
  }

  @Test
  void aCardHoldsTheAnswersAndWhyOthersAreMissing() throws Exception {
    DemoResult result = new DemoResult();
    result.add(event(Files.readAllBytes(Path.of("..", "demo-scenes", "scene-003.jpg"))));
    result.add(
        GroundedImage.newBuilder()
            .setEventId("a.jpg")
            .setImageId("a.jpg")
            .setWidth(448)
            .setHeight(448)
            .setModelName("a model")
            .setAttributes(Map.of("shop", "seven"))
            .setRequests(
                List.of(
                    RequestResult.newBuilder()
                        .setRequestId("r1")
                        .setTask("grounded-caption")
                        .setCaption("A dog.")
                        .setPhraseCount(1)
                        .build(),
                    RequestResult.newBuilder()
                        .setRequestId("r2")
                        .setTask("question")
                        .setErrorCode("text-missing")
                        .build()))
            .build());
    result.add(
        GroundedPhrase.newBuilder()
            .setRequestId("r1")
            .setPhrase("A dog")
            .setEnd(5)
            .setBoxes(
                List.of(GroundedBox.newBuilder().setXMin(0.25).setXMax(1.5).setYMax(0.5).build()))
            .build());
    result.add(
        DeadLetter.newBuilder()
            .setStage("request")
            .setCode("text-missing")
            .setMessage("no question")
            .setRequestId("r2")
            .build());
    DemoImages images = images();
    images.add(result);
    JsonNode data = written(images);
    assertThat(data.at("/info/model").asText()).isEqualTo("a model");
    JsonNode card = data.at("/cards/0");
    assertThat(card.get("id").asText()).isEqualTo("a.jpg");
    assertThat(card.get("width").asInt()).isEqualTo(448);
    assertThat(card.get("image").asText()).startsWith("data:image/jpeg;base64,");
    assertThat(card.at("/attributes/shop").asText()).isEqualTo("seven");
    assertThat(card.has("failure")).isFalse();
    assertThat(card.at("/answers/0/phrases/0/text").asText()).isEqualTo("A dog");
    assertThat(card.at("/answers/0/phrases/0/boxes/0/x1").asDouble()).isEqualTo(1);
    assertThat(card.at("/answers/1/failure/code").asText()).isEqualTo("text-missing");
    assertThat(card.at("/answers/1/failure/stage").asText()).isEqualTo("request");
    assertThat(card.at("/answers/1/failure/message").asText()).isEqualTo("no question");
  }

  @Test
  void anEventThatFailedAsAWholeIsACardToo() throws Exception {
    DemoResult result = new DemoResult();
    result.add(event(new byte[] {1, 2, 3}));
    result.add(
        DeadLetter.newBuilder()
            .setStage("decode-image")
            .setCode("image-format-unknown")
            .setMessage("3 bytes")
            .setEventId("broken.jpg")
            .build());
    DemoImages images = images();
    images.add(result);
    JsonNode card = written(images).at("/cards/0");
    assertThat(card.get("id").asText()).isEqualTo("broken.jpg");
    assertThat(card.get("note").asText()).isEqualTo("This image cannot be shown.");
    assertThat(card.has("image")).isFalse();
    assertThat(card.at("/failure/code").asText()).isEqualTo("image-format-unknown");
    assertThat(card.get("answers")).isEmpty();
  }

  @Test
  void holdsTheLastResults() throws Exception {
    DemoImages images = images();
    for (int index = 0; index < 250; index++) {
      DemoResult result = new DemoResult();
      result.add(DeadLetter.newBuilder().setCode("code").setEventId("e" + index).build());
      images.add(result);
    }
    JsonNode cards = written(images).get("cards");
    assertThat(cards).hasSize(200);
    assertThat(cards.get(0).get("id").asText()).isEqualTo("e50");
    assertThat(cards.get(199).get("id").asText()).isEqualTo("e249");
  }
}
