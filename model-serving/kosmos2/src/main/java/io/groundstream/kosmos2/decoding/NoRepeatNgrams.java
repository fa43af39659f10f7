package io.groundstream.kosmos2.decoding;

import java.util.function.IntConsumer;

/**
 * Excludes every token that would complete an n-gram already present in prompt and answer, as the
 * reference's {@code no_repeat_ngram_size} does.
 *
 * @param size the n of the n-grams, at least 1
 */
public record NoRepeatNgrams(int size) implements LogitsProcessor {
  @Override
  public void process(float[] scores, TokenView tokens) {
    forEachBanned(
        tokens,
        token -> {
          if (token < scores.length) {
            scores[token] = Float.NEGATIVE_INFINITY;
          }
        });
  }

  /** Passes on each banned token, possibly several times. */
  public void forEachBanned(TokenView tokens, IntConsumer banned) {
    int prefix = size - 1;
    int tail = tokens.length() - prefix;
    for (int start = 0; start < tail; start++) {
      if (tokens.equal(start, tail, prefix)) {
        banned.accept(tokens.get(start + prefix));
      }
    }
  }
}
