package io.groundstream.kosmos2.decoding;

import java.util.List;

/**
 * Excludes every token that would complete one of some token sequences, as the reference's {@code
 * bad_words_ids} does. A sequence that starts in the prompt counts, too.
 */
public final class BadWords implements LogitsProcessor {
  private final List<int[]> sequences;

  /**
   * @param sequences each of at least one token
   */
  public BadWords(List<int[]> sequences) {
    this.sequences = sequences.stream().map(int[]::clone).toList();
  }

  @Override
  public void process(float[] scores, TokenView tokens) {
    for (int[] sequence : sequences) {
      int last = sequence[sequence.length - 1];
      if (last < scores.length && endsWithBeginning(tokens, sequence)) {
        scores[last] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  private static boolean endsWithBeginning(TokenView tokens, int[] sequence) {
    int prefix = sequence.length - 1;
    int from = tokens.length() - prefix;
    if (from < 0) {
      return false;
    }
    for (int i = 0; i < prefix; i++) {
      if (tokens.get(from + i) != sequence[i]) {
        return false;
      }
    }
    return true;
  }
}
