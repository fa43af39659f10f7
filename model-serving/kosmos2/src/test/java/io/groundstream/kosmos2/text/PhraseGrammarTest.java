package io.groundstream.kosmos2.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.groundstream.kosmos2.decoding.PhraseGrammar;
import io.groundstream.kosmos2.decoding.TokenView;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class PhraseGrammarTest {
  private static final int VOCABULARY = 1201;
  private static final int END = 2;

  private final GroundedTextParser parser = new GroundedTextParser(Goldens.DEMO);

  private static int[] opening(String phrase) throws Exception {
    return Goldens.DEMO.encodeOpening(phrase);
  }

  private static PhraseGrammar grammar(int maxBoxes, int maxNewTokens, String... phrases)
      throws Exception {
    int[][] openings = new int[phrases.length][];
    for (int i = 0; i < phrases.length; i++) {
      openings[i] = opening(phrases[i]);
    }
    return new PhraseGrammar(
        Arrays.asList(openings), Goldens.DEMO.spanTokens(), END, maxBoxes, maxNewTokens);
  }

  private static int[] prompt() throws Exception {
    return new PromptBuilder(Goldens.DEMO, 64)
        .build(Task.PROMPT, "<grounding>", List.of(), true)
        .ids();
  }

  @Test
  void randomLogitsGiveThePhrasesWithBoxesWithinAnyLength() throws Exception {
    Prompt prompt =
        new PromptBuilder(Goldens.DEMO, 64).build(Task.PROMPT, "<grounding>", List.of(), true);
    int begin = prompt.ids().length;
    int several = 0;
    for (int seed = 0; seed < 500; seed++) {
      Random random = new Random(seed);
      int shortest = opening("a ball").length + opening("a red tulip").length + 2 * 3;
      int maxNewTokens = shortest + random.nextInt(20);
      int maxBoxes = 1 + random.nextInt(3);
      PhraseGrammar grammar = grammar(maxBoxes, maxNewTokens, "a ball", "a red tulip");
      grammar.check(prompt.ids());
      int[] tokens = Arrays.copyOf(prompt.ids(), begin + maxNewTokens + 1);
      int length = begin;
      while (length < tokens.length && (length == begin || tokens[length - 1] != END)) {
        float[] scores = new float[VOCABULARY];
        for (int token = 0; token < VOCABULARY; token++) {
          // As where another rule excludes tokens.
          scores[token] = random.nextInt(8) == 0 ? Float.NEGATIVE_INFINITY : random.nextFloat();
        }
        grammar.process(scores, new TokenView(tokens, begin, length));
        int best = 0;
        for (int token = 1; token < VOCABULARY; token++) {
          best = scores[token] > scores[best] ? token : best;
        }
        assertThat(scores[best]).isGreaterThan(Float.NEGATIVE_INFINITY);
        tokens[length++] = best;
      }
      assertThat(tokens[length - 1]).as("seed %d", seed).isEqualTo(END);
      GroundedText text =
          parser.parse(prompt, Arrays.copyOfRange(tokens, begin, length), new float[0]);
      assertThat(text.warnings()).isEmpty();
      assertThat(text.phrases())
          .extracting(Phrase::phrase)
          .containsExactly("a ball", "a red tulip");
      for (Phrase phrase : text.phrases()) {
        assertThat(phrase.boxes())
            .hasSizeBetween(1, maxBoxes)
            .noneMatch(PhraseBox::corrected)
            .noneMatch(PhraseBox::given);
        several += phrase.boxes().size() > 1 ? 1 : 0;
      }
    }
    assertThat(several).isGreaterThan(50);
  }

  @Test
  void impossibleOnesAreErrors() throws Exception {
    int shortest = opening("a ball").length + 3;
    grammar(1, shortest, "a ball").check(prompt());
    assertThatThrownBy(() -> grammar(1, shortest - 1, "a ball").check(prompt()))
        .hasMessage(
            "max-new-tokens: %d (expected: >= %d, the tokens of the phrases with a box each)"
                .formatted(shortest - 1, shortest));
    for (String text :
        List.of(
            "<grounding><phrase> a dog",
            "<grounding><phrase> a dog</phrase>",
            "<grounding><phrase> a dog</phrase><object><patch_index_0001>")) {
      int[] open =
          new PromptBuilder(Goldens.DEMO, 64).build(Task.PROMPT, text, List.of(), true).ids();
      assertThatThrownBy(() -> grammar(1, 50, "a ball").check(open))
          .as(text)
          .hasMessageContaining("ends in an open span");
    }
  }
}
