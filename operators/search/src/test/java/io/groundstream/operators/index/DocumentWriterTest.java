package io.groundstream.operators.index;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DocumentWriterTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static PhraseFacts phrase(int ordinal, String text, double... corners) {
    BoxFacts box = new BoxFacts();
    box.xMin = corners[0];
    box.yMin = corners[1];
    box.xMax = corners[2];
    box.yMax = corners[3];
    box.confidence = 0.5;
    box.source = "generated";
    PhraseFacts phrase = new PhraseFacts();
    phrase.requestId = "r";
    phrase.ordinal = ordinal;
    phrase.phrase = text;
    phrase.boxes = new BoxFacts[] {box};
    return phrase;
  }

  private static JsonNode document() throws IOException {
    ResultState result = new ResultState();
    result.requestId = "r";
    result.shown = true;
    result.image = new ImageFacts();
    result.request = new RequestFacts();
    result.request.requestId = "r";
    result.request.caption = "A dog and a fire.";
    result.request.phraseCount = 2;
    result.phrases =
        new PhraseFacts[] {
          phrase(0, "A  Dog", 0, 0.25, 0.25, 0.75), phrase(1, "a fire", 0.5, 0.5, 1, 0.75)
        };
    ImageState state = new ImageState();
    state.results = new ResultState[] {result};
    IndexDocument document = new DocumentWriter(64, false).write("image", state);
    assertThat(document).isNotNull();
    return JSON.readTree(document.source);
  }

  private static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void anAttributeThatTheIndexWouldRefuseIsShortened() throws Exception {
    ResultState result = new ResultState();
    result.requestId = "r";
    result.shown = true;
    result.image = new ImageFacts();
    result.image.attributeNames = new String[] {"camera", "essay", "n".repeat(40_000)};
    result.image.attributeValues = new String[] {"7", "\u00e4".repeat(20_000), "x"};
    result.request = new RequestFacts();
    ImageState state = new ImageState();
    state.results = new ResultState[] {result};
    IndexDocument document = new DocumentWriter(64, false).write("image", state);

    assertThat(document).isNotNull();
    JsonNode attributes = JSON.readTree(document.source).path("attributes");
    assertThat(names(attributes)).containsExactly("camera", "essay", "_shortened");
    assertThat(attributes.path("camera").asText()).isEqualTo("7");
    assertThat(attributes.path("essay").asText()).startsWith("\u00e4\u00e4").endsWith("\u00e4…");
    assertThat(
            ("attributes.essay=" + attributes.path("essay").asText())
                .getBytes(StandardCharsets.UTF_8))
        .hasSizeBetween(31_000, 32_766);
    assertThat(attributes.path("_shortened").asText()).startsWith("essay, nnn");
  }

  @Test
  void thingsInARelationHaveAllThatConditionsAskFor() throws Exception {
    JsonNode pair = document().at("/pairs/0");
    assertThat(pair.path("relations").toString()).contains("left-of");
    JsonNode subject = pair.path("subject");
    assertThat(subject.path("normalised").asText()).isEqualTo("dog");
    assertThat(subject.path("box_width").asDouble()).isEqualTo(0.25);
    assertThat(subject.path("box_height").asDouble()).isEqualTo(0.5);
    assertThat(subject.path("area").asDouble()).isEqualTo(0.125);
    assertThat(pair.at("/object/box_width").asDouble()).isEqualTo(0.5);
  }

  @Test
  void theTemplateKnowsAllFieldsOfThingsAndOfPairsAndNoOthers() throws Exception {
    JsonNode properties = JSON.readTree(IndexSetup.template()).at("/template/mappings/properties");
    JsonNode document = document();
    assertThat(names(document.at("/entities/0")))
        .containsExactlyInAnyOrderElementsOf(names(properties.at("/entities/properties")));
    assertThat(names(document.at("/pairs/0")))
        .containsExactlyInAnyOrderElementsOf(names(properties.at("/pairs/properties")));
    for (String side : List.of("subject", "object")) {
      assertThat(names(document.at("/pairs/0/" + side)))
          .containsExactlyInAnyOrderElementsOf(
              names(properties.at("/pairs/properties/" + side + "/properties")));
    }
  }
}
