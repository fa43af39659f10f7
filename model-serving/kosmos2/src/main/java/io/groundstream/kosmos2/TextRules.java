package io.groundstream.kosmos2;

import io.groundstream.kosmos2.decoding.BadWords;
import io.groundstream.kosmos2.decoding.ChoiceGrammar;
import io.groundstream.kosmos2.decoding.Constraint;
import io.groundstream.kosmos2.decoding.LogitsProcessor;
import io.groundstream.kosmos2.decoding.PhraseGrammar;
import io.groundstream.kosmos2.decoding.SpanGrammar;
import io.groundstream.kosmos2.decoding.StopStrings;
import io.groundstream.kosmos2.decoding.TokenRules;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.text.Kosmos2Tokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Translates the texts of generation options into rules for tokens. */
final class TextRules {
  private TextRules() {}

  /**
   * Returns the rules for some options, which have been checked.
   *
   * @param prompt the prompt's tokens, which an answer continues
   * @param endToken the end of the sequence, which is never a bad word, as in the reference
   * @throws GroundingException if the options' constraint allows no answer
   */
  static TokenRules of(
      GenerationOptions options, int[] prompt, Kosmos2Tokenizer tokenizer, int endToken)
      throws GroundingException {
    List<LogitsProcessor> processors = new ArrayList<>();
    if (!options.badWords().isEmpty()) {
      // A word has other tokens after a space than directly after a tag.
      List<int[]> words =
          options.badWords().stream()
              .flatMap(word -> Stream.of(word, " " + word))
              .map(tokenizer::encodeRaw)
              .filter(ids -> ids.length > 1 || (ids.length == 1 && ids[0] != endToken))
              .toList();
      processors.add(new BadWords(words));
    }
    if (options.constraint() instanceof Constraint.WellFormed wellFormed) {
      SpanGrammar grammar =
          new SpanGrammar(tokenizer.spanTokens(), endToken, options.maxNewTokens(), wellFormed);
      grammar.check(prompt);
      processors.add(grammar);
    } else if (options.constraint() instanceof Constraint.Choices choices) {
      if (new SpanGrammar(
              tokenizer.spanTokens(),
              endToken,
              options.maxNewTokens(),
              new Constraint.WellFormed(Constraint.WellFormed.ANY_NUMBER, false))
          .endsOpen(prompt)) {
        throw invalid(
            "choices: after a prompt that ends in an open span, such as that of phrase-grounding"
                + " (expected: another task, such as question)");
      }
      processors.add(
          new ChoiceGrammar(choices(choices.texts(), options.maxNewTokens(), tokenizer), endToken));
    } else if (options.constraint() instanceof Constraint.Phrases phrases) {
      PhraseGrammar grammar =
          new PhraseGrammar(
              openings(phrases.texts(), tokenizer),
              tokenizer.spanTokens(),
              endToken,
              phrases.maxBoxes(),
              options.maxNewTokens());
      grammar.check(prompt);
      processors.add(grammar);
    }
    return new TokenRules(
        processors,
        options.stopStrings().isEmpty()
            ? null
            : new StopStrings(tokenizer.tokenTexts(), options.stopStrings()));
  }

  /** Returns the tokens of the choices, as they are written after a prompt's last word. */
  private static List<int[]> choices(
      List<String> texts, int maxNewTokens, Kosmos2Tokenizer tokenizer) throws GroundingException {
    List<int[]> choices = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i).strip();
      int[] ids = text.isEmpty() ? new int[0] : tokenizer.encodePlain(" " + text);
      String name = "choice: number " + (i + 1) + " has ";
      if (ids.length == 0) {
        throw invalid(name + "0 tokens (expected: a text of at least 1)");
      }
      if (ids.length >= maxNewTokens) {
        throw invalid(
            "%s%d tokens (expected: <= %d, one less than max-new-tokens)"
                .formatted(name, ids.length, maxNewTokens - 1));
      }
      for (int other = 0; other < i; other++) {
        if (Arrays.equals(ids, choices.get(other))) {
          throw invalid(
              "%sthe tokens of number %d (expected: different ones)".formatted(name, other + 1));
        }
      }
      choices.add(ids);
    }
    return choices;
  }

  /** Returns the tokens of each phrase's span up to its first box. */
  private static List<int[]> openings(List<String> phrases, Kosmos2Tokenizer tokenizer)
      throws GroundingException {
    List<int[]> openings = new ArrayList<>();
    for (String phrase : phrases) {
      String text = phrase.strip();
      if (text.isEmpty()) {
        throw invalid(
            "phrase: number "
                + (openings.size() + 1)
                + " has 0 tokens (expected: a text of at least 1)");
      }
      openings.add(tokenizer.encodeOpening(text));
    }
    return openings;
  }

  private static GroundingException invalid(String message) {
    return new GroundingException(GroundingErrorCode.OPTION_INVALID, message);
  }
}
