package io.groundstream.kosmos2.decoding;

/**
 * Divides the positive scores of all tokens in prompt and answer by a penalty, and multiplies the
 * negative ones by it, as the reference's {@code repetition_penalty} does. In the prompt, the ids
 * of the image's positions count as tokens, too, as in the reference.
 */
record RepetitionPenalty(float penalty) implements LogitsProcessor {
  @Override
  public void process(float[] scores, TokenView tokens) {
    boolean[] penalised = new boolean[scores.length];
    for (int i = 0; i < tokens.length(); i++) {
      int token = tokens.get(i);
      if (token < scores.length && !penalised[token]) {
        penalised[token] = true;
        scores[token] = scores[token] < 0 ? scores[token] * penalty : scores[token] / penalty;
      }
    }
  }
}
