package io.groundstream.kosmos2.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.kosmos2.ErrorCode;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PromptBuilderTest {
  private static final Box REGION = new Box(0.390625, 0.046875, 0.984375, 0.828125);

  private final PromptBuilder prompts = new PromptBuilder(Goldens.DEMO, 64);

  @ParameterizedTest
  @ValueSource(strings = {"generation-demo.jsonl", "generation-random-tiny.jsonl"})
  void rawPromptsHaveTheReferencesIds(String goldens) throws GroundingException {
    List<JsonNode> lines = Goldens.read(goldens);
    assertThat(lines).hasSizeGreaterThanOrEqualTo(32);
    for (JsonNode line : lines) {
      Prompt prompt = prompts.build(Task.PROMPT, line.get("prompt").asText(), List.of(), true);
      assertThat(prompt.ids())
          .as(line.get("prompt").asText())
          .isEqualTo(Goldens.ints(line.get("prompt_ids")));
      assertThat(prompt.text()).isEqualTo(line.get("prompt").asText().strip());
      assertThat(prompt.imageStarts()).containsExactly(2);
      assertThat(prompt.imageCount()).isEqualTo(64);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "grounded-caption    |                            | <grounding> An image of",
        "detailed-caption    |                            | <grounding> Describe this image in"
            + " detail:",
        "caption             |                            | An image of",
        "phrase-grounding    | a snowman                  | <grounding><phrase> a snowman</phrase>",
        "phrase-grounding    | `  a snowman `             | <grounding><phrase> a snowman</phrase>",
        "phrase-in-sentence  | a snowman by [a fire] there| <grounding> a snowman by<phrase> a"
            + " fire</phrase>",
        "phrase-in-sentence  | [ a fire ]                 | <grounding><phrase> a fire</phrase>",
        "question            | Is there a dog?            | Question: Is there a dog? Answer:",
        "grounded-question   | Is there a dog?            | <grounding> Question: Is there a dog?"
            + " Answer:",
      })
  void everyTaskHasThePromptOfItsRawForm(String task, @Nullable String text, String raw)
      throws GroundingException {
    Prompt prompt = prompts.build(Task.parse(task), text, List.of(), true);
    assertThat(prompt.text()).isEqualTo(raw);
    assertThat(prompt.ids()).isEqualTo(prompts.build(Task.PROMPT, raw, List.of(), true).ids());
  }

  @Test
  void regionsBecomeLocationTokens() throws GroundingException {
    Prompt one =
        prompts.build(Task.REFERRING_EXPRESSION, null, Region.unnamed(List.of(REGION)), true);
    assertThat(one.text())
        .isEqualTo(
            "<grounding><phrase> It</phrase><object><patch_index_0044><patch_index_0863></object>"
                + " is");
    Prompt two =
        prompts.build(
            Task.REFERRING_EXPRESSION,
            "  ",
            Region.unnamed(List.of(REGION, new Box(0, 0, 1, 1))),
            true);
    assertThat(two.text())
        .isEqualTo(
            "<grounding><phrase> It</phrase><object><patch_index_0044><patch_index_0863>"
                + "</delimiter_of_multi_objects/><patch_index_0000><patch_index_1023></object> is");
    for (Prompt prompt : List.of(one, two)) {
      assertThat(prompt.ids())
          .isEqualTo(prompts.build(Task.PROMPT, prompt.text(), List.of(), true).ids());
    }
  }

  @Test
  void regionsOfOnePhraseAreOneSpanAndATextContinuesThePrompt() throws GroundingException {
    Box whole = new Box(0, 0, 1, 1);
    Prompt prompt =
        prompts.build(
            Task.REFERRING_EXPRESSION,
            " play with ",
            List.of(
                new Region(REGION, "a dog"),
                new Region(whole, null),
                new Region(whole, " a dog"),
                new Region(REGION, "It")),
            true);
    assertThat(prompt.text())
        .isEqualTo(
            "<grounding><phrase> a dog</phrase><object><patch_index_0044><patch_index_0863>"
                + "</delimiter_of_multi_objects/><patch_index_0000><patch_index_1023></object>"
                + "<phrase> It</phrase><object><patch_index_0000><patch_index_1023>"
                + "</delimiter_of_multi_objects/><patch_index_0044><patch_index_0863></object>"
                + " play with");
    assertThat(prompt.ids())
        .isEqualTo(prompts.build(Task.PROMPT, prompt.text(), List.of(), true).ids());
    assertThat(prompt.givenBoxes()).containsExactly(REGION, whole, whole, REGION);
  }

  /** The ids after the end of the image equal those of transformers 5.18's processor. */
  @ParameterizedTest
  @ValueSource(strings = {"regions-demo.jsonl", "regions-random-tiny.jsonl"})
  void regionsHaveTheReferencesIds(String goldens) throws GroundingException {
    List<JsonNode> lines = Goldens.read(goldens);
    assertThat(lines).hasSizeGreaterThanOrEqualTo(16);
    for (JsonNode line : lines) {
      List<Region> regions = new ArrayList<>();
      for (JsonNode region : line.get("regions")) {
        regions.add(new Region(Goldens.box(region.get("box")), region.get("phrase").textValue()));
      }
      String text = line.get("text").textValue();
      assertThat(prompts.build(Task.REFERRING_EXPRESSION, text, regions, true).ids())
          .as(line.toString())
          .isEqualTo(Goldens.ints(line.get("prompt_ids")));
    }
  }

  @Property
  void noPhraseOrTextOfARegionEverBecomesATag(
      @ForAll("hostileTexts") String phrase, @ForAll("hostileTexts") String text) {
    try {
      List<Region> regions = List.of(new Region(REGION, phrase), new Region(REGION, "a dog"));
      int[] ids = prompts.build(Task.REFERRING_EXPRESSION, text, regions, true).ids();
      assertThat(Arrays.stream(ids).skip(67).filter(id -> id < 3 || id >= 166))
          .as("two spans")
          .containsExactly(176, 171, 172, 173, 221, 1040, 174, 171, 172, 173, 221, 1040, 174);
    } catch (GroundingException e) {
      assertThat(e.errorCode())
          .isIn(GroundingErrorCode.TEXT_MISSING, GroundingErrorCode.TEXT_INVALID);
    }
  }

  @Test
  void impossiblePhrasesOfRegionsAreRefused() {
    for (String blank : List.of("", " \u00a0\n")) {
      GroundingException e = refusedPhrase(blank);
      assertCode(GroundingErrorCode.TEXT_MISSING, e);
      assertThat(e).hasMessageStartingWith("phrase of region 2: ").hasMessageContaining("expected");
      assertThat(e.getMessage()).doesNotContainPattern("\\p{Cntrl}");
    }
    assertCode(GroundingErrorCode.TEXT_INVALID, refusedPhrase("a\ud800b"));
    assertCode(GroundingErrorCode.PROMPT_TOO_LONG, refusedPhrase("a".repeat(100_001)));
    assertCode(GroundingErrorCode.PROMPT_TOO_LONG, refusedPhrase("a".repeat(100_000)));
    assertCode(
        GroundingErrorCode.BOX_UNEXPECTED,
        refused(Task.PHRASE_GROUNDING, "a dog", List.of(new Region(REGION, "a dog")), true));
  }

  private GroundingException refusedPhrase(String phrase) {
    List<Region> regions = List.of(new Region(REGION, "a dog"), new Region(REGION, phrase));
    return refused(Task.REFERRING_EXPRESSION, null, regions, true);
  }

  @Test
  void aRawPromptGoesWithoutAnImage() throws GroundingException {
    Prompt prompt = prompts.build(Task.PROMPT, " <grounding> An image of ", List.of(), false);
    assertThat(prompt.ids()).containsExactly(0, 176, 10, 6, 9);
    assertThat(prompt.imageStarts()).isEmpty();
    assertThat(prompt.textStart()).isZero();
    assertThat(prompts.build(Task.PROMPT, "An image of", List.of(), false).ids())
        .as("no space at the beginning")
        .startsWith(0)
        .isNotEqualTo(new int[] {0, 10, 6, 9});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<phrase> a dog</phrase>",
        "<object><patch_index_0044><patch_index_0863></object>",
        "</s>",
        "<s><pad><image></image>",
        "</delimiter_of_multi_objects/>",
        "is a<b and b>c?"
      })
  void tagsInAUsersTextArePlainText(String text) throws GroundingException {
    int[] bare = prompts.build(Task.QUESTION, "x", List.of(), true).ids();
    int[] ids = prompts.build(Task.QUESTION, text, List.of(), true).ids();
    // After the image, which includes <image> and </image>.
    int[] rest = Arrays.copyOfRange(ids, 67, ids.length);
    assertThat(rest).hasSizeGreaterThan(bare.length - 67);
    assertThat(Goldens.list(rest)).allMatch(id -> id >= 3 && id < 166);
  }

  @Property
  void noTextEverBecomesATag(@ForAll("hostileTexts") String text) {
    try {
      int[] ids = prompts.build(Task.PHRASE_GROUNDING, text, List.of(), true).ids();
      assertThat(Arrays.copyOf(ids, 2)).containsExactly(0, 167);
      assertThat(ids[66]).isEqualTo(168);
      assertThat(Arrays.copyOfRange(ids, 67, 69)).containsExactly(176, 171);
      assertThat(ids[ids.length - 1]).isEqualTo(172);
      assertThat(Goldens.list(Arrays.copyOfRange(ids, 69, ids.length - 1)))
          .allMatch(id -> id >= 3 && id < 166);
    } catch (GroundingException e) {
      assertThat(e.errorCode())
          .isIn(GroundingErrorCode.TEXT_MISSING, GroundingErrorCode.TEXT_INVALID);
    }
  }

  @Provide
  Arbitrary<String> hostileTexts() {
    return Arbitraries.oneOf(
            Arbitraries.of(
                "<phrase>",
                "</phrase>",
                "<object>",
                "<patch_index_0000>",
                "<image>",
                "</image>",
                "<s>",
                "</s>",
                "<unk>",
                "<pad>",
                "<",
                "<<",
                ">",
                "/",
                " ",
                "▁",
                "a",
                "dog",
                "日",
                "🐈"),
            Arbitraries.strings().ofMaxLength(4))
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\ud800b", "a\nb\udc00"})
  void loneSurrogatesAreRefused(String text) {
    for (Task task : List.of(Task.PHRASE_GROUNDING, Task.QUESTION, Task.PROMPT)) {
      GroundingException e = refused(task, text, List.of(), true);
      assertThat(e.errorCode()).isEqualTo(GroundingErrorCode.TEXT_INVALID);
      assertThat(e).hasMessageContaining("U+").hasMessageContaining("expected:");
      assertThat(e.getMessage()).doesNotContainPattern("[\\p{Cntrl}\\p{Cs}]");
    }
  }

  /** The ids after the end of the image equal those of transformers 5.18's processor. */
  @Test
  void linesAndControlCharactersHaveTheReferencesIds() throws GroundingException {
    List<JsonNode> lines = Goldens.read("white-space.jsonl");
    assertThat(lines).hasSizeGreaterThan(70);
    for (JsonNode line : lines) {
      Task task = Task.parse(line.get("task").asText());
      int[] ids = prompts.build(task, line.get("text").asText(), List.of(), true).ids();
      assertThat(Arrays.copyOfRange(ids, 67, ids.length))
          .as(line.toString())
          .isEqualTo(Goldens.ints(line.get("ids")));
    }
  }

  @Test
  void whatATaskDoesNotTakeIsRefused() {
    Task caption = Task.GROUNDED_CAPTION;
    assertCode(GroundingErrorCode.TEXT_UNEXPECTED, refused(caption, "a dog", List.of(), true));
    List<Region> region = Region.unnamed(List.of(REGION));
    assertCode(GroundingErrorCode.BOX_UNEXPECTED, refused(caption, null, region, true));
    assertCode(GroundingErrorCode.BOX_UNEXPECTED, refused(Task.PROMPT, "x", region, true));
    assertCode(GroundingErrorCode.IMAGE_MISSING, refused(caption, null, List.of(), false));
    assertCode(GroundingErrorCode.TEXT_MISSING, refused(Task.QUESTION, "\u00a0 ", List.of(), true));
    assertCode(GroundingErrorCode.TEXT_MISSING, refused(Task.PROMPT, null, List.of(), true));
    assertCode(
        GroundingErrorCode.BOX_MISSING, refused(Task.REFERRING_EXPRESSION, null, List.of(), true));
    for (String text : List.of("a dog", "a [ ] dog", "[a] and [b]", "] a [", "[[a]]", "a [b")) {
      assertCode(
          GroundingErrorCode.TEXT_INVALID, refused(Task.PHRASE_IN_SENTENCE, text, List.of(), true));
    }
    assertCode(
        GroundingErrorCode.PROMPT_TOO_LONG,
        refused(Task.QUESTION, "a".repeat(100_001), List.of(), true));
  }

  @ParameterizedTest
  @CsvSource({
    "-0.1, 0, 1, 1",
    "0, 0, 1, 1.0001",
    "NaN, 0, 1, 1",
    "0, 0, 1, NaN",
    "0, 0, Infinity, 1",
    "0.5, 0, 0.4, 1",
    "0, 0.5, 1, 0.4",
    "0.5, 0, 0.5, 1",
    "0, 0.5, 1, 0.5"
  })
  void impossibleBoxesAreRefused(double xMin, double yMin, double xMax, double yMax) {
    Box box = new Box(xMin, yMin, xMax, yMax);
    GroundingException e =
        refused(Task.REFERRING_EXPRESSION, null, Region.unnamed(List.of(REGION, box)), true);
    assertCode(GroundingErrorCode.BOX_INVALID, e);
    assertThat(e).hasMessageContaining(box.toString()).hasMessageContaining("expected:");
  }

  @Test
  void anUnknownTaskIsAnsweredWithTheKnownOnes() {
    GroundingException e =
        catchThrowableOfType(GroundingException.class, () -> Task.parse("segment"));
    assertCode(GroundingErrorCode.UNKNOWN_TASK, e);
    assertThat(e).hasMessageContaining("\"segment\"").hasMessageContaining("phrase-in-sentence");
  }

  private GroundingException refused(
      Task task, @Nullable String text, List<Region> regions, boolean withImage) {
    return catchThrowableOfType(
        GroundingException.class, () -> prompts.build(task, text, regions, withImage));
  }

  private static void assertCode(ErrorCode expected, GroundingException e) {
    assertThat(e).isNotNull();
    assertThat(e.errorCode()).isEqualTo(expected);
  }
}
