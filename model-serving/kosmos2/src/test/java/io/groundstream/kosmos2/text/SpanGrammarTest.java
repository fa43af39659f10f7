package io.groundstream.kosmos2.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.kosmos2.decoding.Constraint;
import io.groundstream.kosmos2.decoding.SpanGrammar;
import io.groundstream.kosmos2.decoding.TokenView;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SpanGrammarTest {
  private static final int VOCABULARY = 1201;
  private static final int END = 2;

  private final PromptBuilder prompts = new PromptBuilder(Goldens.DEMO, 64);
  private final GroundedTextParser parser = new GroundedTextParser(Goldens.DEMO);

  private static SpanGrammar grammar(int maxNewTokens, int maxBoxes, boolean required) {
    return new SpanGrammar(
        Goldens.DEMO.spanTokens(),
        END,
        maxNewTokens,
        new Constraint.WellFormed(maxBoxes, required));
  }

  private static int best(float[] scores) {
    int best = 0;
    for (int token = 1; token < scores.length; token++) {
      best = scores[token] > scores[best] ? token : best;
    }
    return best;
  }

  @Test
  void randomLogitsGiveWellFormedAnswersOfAnyLength() throws Exception {
    int boxes = 0;
    for (int seed = 0; seed < 1500; seed++) {
      Random random = new Random(seed);
      Prompt prompt =
          switch (seed % 3) {
            case 0 -> prompts.build(Task.GROUNDED_CAPTION, null, List.of(), true);
            case 1 -> prompts.build(Task.PHRASE_GROUNDING, "a ball", List.of(), true);
            default ->
                prompts.build(
                    Task.REFERRING_EXPRESSION,
                    null,
                    List.of(new Region(new Box(0.1, 0.1, 0.5, 0.5), null)),
                    true);
          };
      int maxNewTokens = 7 + random.nextInt(50);
      int maxBoxes = 1 + random.nextInt(4);
      boolean required = random.nextBoolean();
      SpanGrammar grammar = grammar(maxNewTokens, maxBoxes, required);
      grammar.check(prompt.ids());
      int length = prompt.ids().length;
      int[] tokens = Arrays.copyOf(prompt.ids(), length + maxNewTokens);
      while (length < tokens.length && (length == prompt.ids().length || tokens[length - 1] != 2)) {
        float[] scores = new float[VOCABULARY];
        for (int token = 0; token < VOCABULARY; token++) {
          // Tags are favoured, so that spans begin and end at all.
          boolean tag = (token >= 167 && token <= 176) || token == END;
          scores[token] = random.nextFloat() + (tag ? random.nextFloat() : 0);
        }
        grammar.process(scores, new TokenView(tokens, prompt.ids().length, length));
        int token = best(scores);
        assertThat(scores[token]).isGreaterThan(Float.NEGATIVE_INFINITY);
        tokens[length++] = token;
      }
      GroundedText text =
          parser.parse(
              prompt, Arrays.copyOfRange(tokens, prompt.ids().length, length), new float[0]);
      assertThat(text.warnings()).as("seed %d: %s", seed, text.text()).isEmpty();
      List<PhraseBox> found =
          text.phrases().stream()
              .flatMap(phrase -> phrase.boxes().stream())
              .filter(box -> !box.given())
              .toList();
      assertThat(found).noneMatch(PhraseBox::corrected).hasSizeLessThanOrEqualTo(maxBoxes);
      if (required || seed % 3 == 1) {
        assertThat(found).isNotEmpty();
      }
      boxes += found.size();
    }
    assertThat(boxes).isGreaterThan(1500);
  }

  /** The grammar only excludes tokens, so an answer of allowed tokens is the same with it. */
  @ParameterizedTest
  @CsvSource({"generation-demo.jsonl, 96, 144, 144", "generation-demo-ngram2.jsonl, 64, 48, 38"})
  void itAllowsAllWellFormedAnswersOfTheReference(
      String goldens, int maxNewTokens, int answers, int wellFormed) throws Exception {
    SpanGrammar grammar = grammar(maxNewTokens, Constraint.WellFormed.ANY_NUMBER, false);
    int count = 0;
    int kept = 0;
    for (JsonNode line : Goldens.read(goldens)) {
      count++;
      int[] generated = Goldens.ints(line.get("generated_ids"));
      Prompt prompt = prompts.build(Task.PROMPT, line.get("prompt").asText(), List.of(), true);
      GroundedText text = parser.parse(prompt, generated, new float[0]);
      if (!text.warnings().isEmpty()
          || text.phrases().stream()
              .flatMap(phrase -> phrase.boxes().stream())
              .anyMatch(PhraseBox::corrected)) {
        continue;
      }
      kept++;
      int begin = prompt.ids().length;
      int[] tokens = Arrays.copyOf(prompt.ids(), begin + generated.length);
      for (int i = 0; i < generated.length; i++) {
        float[] scores = new float[VOCABULARY];
        scores[generated[i]] = 1;
        grammar.process(scores, new TokenView(tokens, begin, begin + i));
        assertThat(best(scores)).as("%s, token %d", text.text(), i).isEqualTo(generated[i]);
        assertThat(scores[generated[i]]).isEqualTo(1);
        tokens[begin + i] = generated[i];
      }
    }
    assertThat(count).isEqualTo(answers);
    assertThat(kept).isEqualTo(wellFormed);
  }

  @Test
  void aRoomThatIsTooSmallIsAnErrorWithNumbers() throws Exception {
    int[] caption = prompts.build(Task.GROUNDED_CAPTION, null, List.of(), true).ids();
    int[] phrase = prompts.build(Task.PHRASE_GROUNDING, "a ball", List.of(), true).ids();
    grammar(1, 1, false).check(caption);
    grammar(7, 1, true).check(caption);
    grammar(4, 1, false).check(phrase);
    int[] box =
        prompts
            .build(
                Task.PROMPT,
                "<grounding><phrase> a ball</phrase><object><patch_index_0001><patch_index_0500>",
                List.of(),
                true)
            .ids();
    grammar(1, 2, false).check(box);
    grammar(4, 2, true).check(box);
    assertThatThrownBy(() -> grammar(3, 2, true).check(box))
        .hasMessageContaining("max-new-tokens: 3 (expected: >= 4");
    assertThatThrownBy(() -> grammar(6, 1, true).check(caption))
        .hasMessageContaining("max-new-tokens: 6 (expected: >= 7");
    assertThatThrownBy(() -> grammar(3, 1, false).check(phrase))
        .hasMessageContaining("max-new-tokens: 3 (expected: >= 4");
  }

  @Test
  void theGrammarPrevailsOverOtherRules() throws Exception {
    int[] prompt = prompts.build(Task.PHRASE_GROUNDING, "a ball", List.of(), true).ids();
    float[] scores = new float[VOCABULARY];
    scores[173] = Float.NEGATIVE_INFINITY;
    grammar(9, 1, false).process(scores, new TokenView(prompt, prompt.length, prompt.length));
    assertThat(scores[173]).isZero();
    assertThat(best(scores)).isEqualTo(173);
  }
}
