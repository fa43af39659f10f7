package io.groundstream.kosmos2.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.kosmos2.GroundingException;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroundedTextParserTest {

  private final PromptBuilder prompts = new PromptBuilder(Goldens.DEMO, 64);
  private final GroundedTextParser parser = new GroundedTextParser(Goldens.DEMO);

  @Test
  void wellFormedTextIsReadAsTheReferenceReadsIt() {
    int count = 0;
    for (JsonNode line : Goldens.read("parsing.jsonl")) {
      if (line.get("kind").asText().equals("well-formed")) {
        GroundedText parsed = GroundedTextParser.parseText(line.get("text").asText());
        assertThat(parsed.caption()).isEqualTo(line.get("reference_caption").asText());
        assertThat(Goldens.entities(parsed.phrases()))
            .isEqualTo(Goldens.entities(line.get("reference_entities")));
        assertThat(parsed.text()).isEqualTo(line.get("text").asText());
        assertThat(parsed.warnings()).as("%s", line).isEmpty();
        count++;
      }
    }
    assertThat(count).isEqualTo(48);
  }

  @ParameterizedTest
  @ValueSource(strings = {"generation-demo.jsonl", "generation-random-tiny.jsonl"})
  void generatedIdsAreReadAsTheReferenceReadsThem(String goldens) throws GroundingException {
    for (JsonNode line : Goldens.read(goldens)) {
      Prompt prompt = prompts.build(Task.PROMPT, line.get("prompt").asText(), List.of(), true);
      GroundedText parsed =
          parser.parse(
              prompt,
              Goldens.ints(line.get("generated_ids")),
              Goldens.floats(line.get("probabilities")));
      assertThat(parsed.text()).isEqualTo(line.get("text").asText());
      assertThat(parsed.caption()).isEqualTo(line.get("caption").asText());
      assertThat(Goldens.entities(parsed.phrases()))
          .as("%s", line)
          .isEqualTo(Goldens.entities(line.get("entities")));
    }
  }

  @Test
  void confidenceIsTheGeometricMeanOfTheTwoLocations() throws GroundingException {
    Prompt prompt = prompts.build(Task.GROUNDED_CAPTION, null, List.of(), true);
    // <phrase> a tulip</phrase><object><patch_index_0229><patch_index_0523></object>.</s>
    int[] ids = {171, 4, 50, 172, 173, 406, 700, 174, 5, 2};
    float[] probabilities = {1, 1, 1, 1, 1, 0.25f, 0.36f, 1, 1, 1};
    GroundedText parsed = parser.parse(prompt, ids, probabilities);
    assertThat(parsed.answer()).isEqualTo("a tulip.");
    assertThat(parsed.caption()).isEqualTo("An image of a tulip.");
    PhraseBox box = parsed.phrases().get(0).boxes().get(0);
    assertThat(box.confidence()).isCloseTo(0.3, within(1e-6));
    assertThat(box.given()).isFalse();
    assertThat(box.corrected()).isFalse();
  }

  @Test
  void aGivenBoxHasNoConfidence() throws GroundingException {
    Box region = new Box(0.4, 0.05, 0.98, 0.82);
    Prompt prompt =
        prompts.build(Task.REFERRING_EXPRESSION, null, List.of(new Region(region, null)), true);
    GroundedText parsed = parser.parse(prompt, new int[] {4, 32, 5, 2}, new float[] {1, 1, 1, 1});
    assertThat(parsed.answer()).isEqualTo("a ball.");
    assertThat(parsed.caption()).isEqualTo("It is a ball.");
    PhraseBox box = parsed.phrases().get(0).boxes().get(0);
    assertThat(box.given()).isTrue();
    assertThat(box.confidence()).isNull();
  }

  @Test
  void invertedBoxesArePutRightAndMarked() {
    GroundedText parsed =
        GroundedTextParser.parseText(
            "<grounding> a<phrase> b</phrase><object><patch_index_0500><patch_index_0100></object>"
                + " inverted");
    PhraseBox box = parsed.phrases().get(0).boxes().get(0);
    assertThat(box.box()).isEqualTo(new Box(0.140625, 0.109375, 0.640625, 0.484375));
    assertThat(box.corrected()).isTrue();
    assertThat(parsed.warnings()).isEmpty();
  }

  @Test
  void nothingOddIsDroppedInSilence() {
    assertThat(
            odd(
                "<grounding> An image of<phrase> a"
                    + " dog</phrase><object><patch_index_0044></object>."))
        .satisfies(
            parsed -> {
              assertThat(parsed.caption()).isEqualTo("An image of a dog.");
              assertThat(parsed.phrases()).isEmpty();
              assertThat(parsed.warnings().get(0))
                  .contains("lone location <patch_index_0044>", "\"a dog\"");
            });
    assertThat(
            odd(
                "<grounding> x<phrase> a"
                    + " dog<object><patch_index_0001><patch_index_0040></object>."))
        .satisfies(
            parsed -> {
              assertThat(Goldens.entities(parsed.phrases()))
                  .containsExactly("'a dog' 2..7 [0.046875,0.015625,0.265625,0.046875]");
              assertThat(parsed.warnings().get(0)).contains("\"a dog\" is not closed");
            });
    assertThat(odd("<grounding><object><patch_index_0001><patch_index_0040></object> alone"))
        .satisfies(
            parsed -> {
              assertThat(Goldens.entities(parsed.phrases()))
                  .containsExactly("'' 0..0 [0.046875,0.015625,0.265625,0.046875]");
              assertThat(parsed.warnings().get(0)).contains("without a phrase");
            });
    assertThat(
            odd(
                "<grounding><phrase> a</phrase><object><patch_index_0001><patch_index_0040>"
                    + "</delimiter_of_multi_objects/></object>"))
        .satisfies(
            parsed -> {
              assertThat(parsed.phrases().get(0).boxes()).hasSize(1);
              assertThat(parsed.warnings()).hasSize(1);
            });
    assertThat(odd("<grounding><phrase> cut off</phrase><object><patch_index_0001>").warnings())
        .isNotEmpty();
    assertThat(odd("<grounding><phrase> no box</phrase> here").warnings().get(0))
        .contains("\"no box\" has no box");
    assertThat(
            odd("<phrase> a</phrase> <object><patch_index_0001><patch_index_0040></object>")
                .phrases()
                .get(0)
                .phrase())
        .isEqualTo("a");
    assertThat(
            odd("<grounding><phrase> a</phrase><object><patch_index_0001><patch_index_0040>"
                    + "<patch_index_0041><patch_index_0080></object>")
                .phrases()
                .get(0)
                .boxes())
        .hasSize(2);
  }

  private static GroundedText odd(String text) {
    return GroundedTextParser.parseText(text);
  }

  @Test
  void aLessThanSignIsACharacter() {
    assertThat(GroundedTextParser.parseText("<grounding> a < b and c > d").caption())
        .isEqualTo("a < b and c > d");
    assertThat(GroundedTextParser.parseText("a <patch_index_9999> <phrases>").caption())
        .isEqualTo("a <patch_index_9999> <phrases>");
  }

  @Test
  void idsBeyondTheVocabularyDecodeToNothing() throws GroundingException {
    Prompt prompt = prompts.build(Task.CAPTION, null, List.of(), true);
    int[] ids = {4, 1200, 1201, 70_000, Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 3, 32, 2};
    GroundedText parsed = parser.parse(prompt, ids, new float[0]);
    assertThat(parsed.answer()).isEqualTo("a ball");
  }

  @Property
  void anyIdsAreReadAndSpansAreOfTheCaption(@ForAll("ids") int[] ids) throws GroundingException {
    Prompt prompt = prompts.build(Task.PHRASE_GROUNDING, "a dog", List.of(), true);
    float[] probabilities = new float[ids.length];
    Arrays.fill(probabilities, 0.5f);
    assertSound(parser.parse(prompt, ids, probabilities));
    assertSound(parser.parse(prompt, ids, new float[0]));
  }

  @Property
  void anyTextIsReadAndSpansAreOfTheCaption(@ForAll("texts") String text) {
    assertSound(GroundedTextParser.parseText(text));
  }

  private static void assertSound(GroundedText parsed) {
    int[] caption = parsed.caption().codePoints().toArray();
    for (Phrase phrase : parsed.phrases()) {
      assertThat(phrase.start()).isBetween(0, phrase.end());
      assertThat(phrase.end()).isBetween(phrase.start(), caption.length);
      assertThat(new String(caption, phrase.start(), phrase.end() - phrase.start()))
          .isEqualTo(phrase.phrase());
      assertThat(phrase.boxes()).isNotEmpty();
      for (PhraseBox box : phrase.boxes()) {
        assertThat(box.box().problem()).isNull();
        if (box.confidence() != null) {
          assertThat(box.confidence()).isBetween(0.0, 1.0);
        }
      }
    }
    assertThat(parsed.warnings()).hasSizeLessThanOrEqualTo(16);
  }

  @Provide
  Arbitrary<int[]> ids() {
    return Arbitraries.frequencyOf(
            Tuple.of(5, Arbitraries.integers().between(166, 176)),
            Tuple.of(3, Arbitraries.integers().between(177, 1200)),
            Tuple.of(3, Arbitraries.integers().between(0, 165)),
            Tuple.of(1, Arbitraries.integers()))
        .array(int[].class)
        .ofMaxSize(60);
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "<phrase>",
            "</phrase>",
            "<object>",
            "</object>",
            "<patch_index_0001>",
            "<patch_index_1023>",
            "</delimiter_of_multi_objects/>",
            "</image>",
            "<grounding>",
            " ",
            "\u00a0",
            "a",
            "🐈",
            "<",
            "\ud83d")
        .list()
        .ofMaxSize(30)
        .map(parts -> String.join("", parts));
  }
}
