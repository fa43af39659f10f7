package io.groundstream.kosmos2.decoding;

/** Excludes the end of the sequence until the answer has a minimum number of tokens. */
record MinNewTokens(int minimum, int endToken) implements LogitsProcessor {
  @Override
  public void process(float[] scores, TokenView tokens) {
    if (tokens.newTokens() < minimum && endToken >= 0) {
      scores[endToken] = Float.NEGATIVE_INFINITY;
    }
  }
}
