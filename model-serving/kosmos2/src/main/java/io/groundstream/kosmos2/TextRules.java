package io.groundstream.kosmos2;

import io.groundstream.kosmos2.decoding.BadWords;
import io.groundstream.kosmos2.decoding.LogitsProcessor;
import io.groundstream.kosmos2.decoding.StopStrings;
import io.groundstream.kosmos2.decoding.TokenRules;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.text.Kosmos2Tokenizer;
import java.util.List;
import java.util.stream.Stream;

/** Translates the texts of generation options into rules for tokens. */
final class TextRules {
  private TextRules() {}

  /**
   * Returns the rules for some options, which have been checked.
   *
   * @param endToken the end of the sequence, which is never a bad word, as in the reference
   */
  static TokenRules of(GenerationOptions options, Kosmos2Tokenizer tokenizer, int endToken) {
    List<LogitsProcessor> processors = List.of();
    if (!options.badWords().isEmpty()) {
      // A word has other tokens after a space than directly after a tag.
      List<int[]> words =
          options.badWords().stream()
              .flatMap(word -> Stream.of(word, " " + word))
              .map(tokenizer::encodeRaw)
              .filter(ids -> ids.length > 1 || (ids.length == 1 && ids[0] != endToken))
              .toList();
      processors = List.of(new BadWords(words));
    }
    return new TokenRules(
        processors,
        options.stopStrings().isEmpty()
            ? null
            : new StopStrings(tokenizer.tokenTexts(), options.stopStrings()));
  }
}
