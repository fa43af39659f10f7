package io.groundstream.kosmos2.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.checkpoint.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Kosmos2TokenizerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path folder;

  @Test
  void decodesAsTheReferenceDoesWithTagsAndWithoutSpecialTokens() {
    Kosmos2Tokenizer tokenizer = Goldens.DEMO;
    assertThat(tokenizer.decode(new int[] {0, 168, 10, 6, 9, 171, 4, 48, 172, 173, 916, 3, 2}))
        .isEqualTo("</image> An image of<phrase> a mushroom</phrase><object><patch_index_0739>");
    assertThat(tokenizer.decode(new int[] {10})).as("the leading space stays").isEqualTo(" An");
    assertThat(tokenizer.locationTokens().side()).isEqualTo(32);
    assertThat(tokenizer.firstImagePlaceId()).isEqualTo(4);
  }

  @Test
  void aVocabularySmallerThanTheModelsIsFine() throws IOException {
    try (Kosmos2Tokenizer tokenizer =
        Kosmos2Tokenizer.open(Goldens.DEMO_TOKENIZER, Goldens.config(65_037))) {
      assertThat(tokenizer.decode(new int[] {10, 1201, 65_036, 6})).isEqualTo(" An image");
    }
  }

  /** As in the hub's checkpoint, the tags are both pieces of the vocabulary and added tokens. */
  @Test
  void tagsThatArePiecesTooStayOutOfPlainText() throws IOException, GroundingException {
    Path file = changed(Kosmos2TokenizerTest::tagsBecomePieces);
    try (Kosmos2Tokenizer tokenizer = Kosmos2Tokenizer.open(file, Goldens.DEMO_CONFIG)) {
      assertThat(tokenizer.encodePlain(" a dog")).containsExactly(4, 33);
      for (String text : List.of(" <phrase> a</phrase>", "<patch_index_0044>", " </s>x<<s>")) {
        assertThat(Goldens.list(tokenizer.encodePlain(text)))
            .isNotEmpty()
            .allMatch(id -> id >= 3 && id < 166);
      }
      assertSameAsDemo(tokenizer);
    }
  }

  /** The reference adds tags that are only pieces. */
  @Test
  void tagsThatAreOnlyPiecesAreTagsAllTheSame() throws IOException, GroundingException {
    Path file =
        changed(
            root -> {
              tagsBecomePieces(root);
              ArrayNode added = root.withArray("added_tokens");
              for (int index = added.size() - 1; index >= 4; index--) {
                added.remove(index);
              }
            });
    try (Kosmos2Tokenizer tokenizer = Kosmos2Tokenizer.open(file, Goldens.DEMO_CONFIG)) {
      assertThat(Goldens.list(tokenizer.encodePlain(" <phrase>"))).allMatch(id -> id < 166);
      assertSameAsDemo(tokenizer);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"always", "first", "never"})
  void aTokenizerThatPutsSpacesAtTheBeginningChangesNothing(String scheme)
      throws IOException, GroundingException {
    Path file =
        changed(
            root -> {
              root.withObject("/pre_tokenizer").put("prepend_scheme", scheme);
              root.withObject("/decoder").put("prepend_scheme", scheme);
            });
    try (Kosmos2Tokenizer tokenizer = Kosmos2Tokenizer.open(file, Goldens.DEMO_CONFIG)) {
      assertSameAsDemo(tokenizer);
      assertThat(tokenizer.decode(new int[] {10, 6})).isEqualTo(" An image");
    }
  }

  private static void assertSameAsDemo(Kosmos2Tokenizer tokenizer) throws GroundingException {
    PromptBuilder prompts = new PromptBuilder(tokenizer, 64);
    PromptBuilder expected = new PromptBuilder(Goldens.DEMO, 64);
    for (JsonNode line : Goldens.read("generation-demo.jsonl").subList(0, 24)) {
      String text = line.get("prompt").asText();
      assertThat(prompts.build(Task.PROMPT, text, List.of(), true).ids())
          .isEqualTo(expected.build(Task.PROMPT, text, List.of(), true).ids());
    }
    Region region = new Region(new Box(0, 0, 1, 1), null);
    for (Task task : Task.values()) {
      String text = task.takesText() ? "a dog by [a tree]" : null;
      List<Region> regions = task.takesBoxes() ? List.of(region, region) : List.of();
      assertThat(prompts.build(task, text, regions, true).ids())
          .isEqualTo(expected.build(task, text, regions, true).ids());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<image>",
        "</image>",
        "<grounding>",
        "<phrase>",
        "</object>",
        "<patch_index_0001>"
      })
  void aMissingTagIsNamed(String tag) throws IOException {
    Path file =
        changed(
            root -> {
              ArrayNode added = root.withArray("added_tokens");
              for (int index = 0; index < added.size(); index++) {
                if (added.get(index).get("content").asText().equals(tag)) {
                  added.remove(index);
                  return;
                }
              }
            });
    assertRefused(file, Goldens.DEMO_CONFIG.text().vocabSize(), tag);
  }

  @Test
  void anIdOutsideOfTheModelsVocabularyIsNamed() throws IOException {
    assertRefused(Goldens.DEMO_TOKENIZER, 1200, "<patch_index_1023> has id 1200");
    assertRefused(Goldens.DEMO_TOKENIZER, 170, "has id 176 (expected: below vocab_size 170");
  }

  @Test
  void filesThatAreNotTokenizersAreRefused() throws IOException {
    assertRefused(folder.resolve("missing.json"), 1201, "cannot be read");
    for (String content : List.of("", "{", "[]", "{}", "null", "{\"model\":{}}")) {
      assertRefused(Files.writeString(folder.resolve("broken.json"), content), 1201, "expected");
    }
    Path file = changed(root -> root.withObject("/model").put("type", "Tarot"));
    assertRefused(file, 1201, "not accepted by the tokenizers library");
  }

  private static void assertRefused(Path file, int vocabSize, String message) {
    assertThatExceptionOfType(CheckpointException.class)
        .isThrownBy(() -> Kosmos2Tokenizer.open(file, Goldens.config(vocabSize)).close())
        .withMessageContaining(file.toString())
        .withMessageContaining(message);
  }

  private static void tagsBecomePieces(ObjectNode root) {
    ArrayNode pieces = root.withObject("/model").withArray("vocab");
    for (JsonNode token : root.withArray("added_tokens")) {
      if (token.get("id").asInt() >= pieces.size()) {
        pieces.addArray().add(token.get("content").asText()).add(0.0);
      }
    }
    assertThat(pieces).hasSize(1201);
  }

  private Path changed(Consumer<ObjectNode> change) throws IOException {
    ObjectNode root = (ObjectNode) JSON.readTree(Goldens.DEMO_TOKENIZER.toFile());
    change.accept(root);
    return Files.write(folder.resolve("tokenizer.json"), JSON.writeValueAsBytes(root));
  }
}
