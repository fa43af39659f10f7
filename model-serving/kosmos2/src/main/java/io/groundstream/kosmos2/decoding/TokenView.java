package io.groundstream.kosmos2.decoding;

import java.util.Arrays;

/**
 * A read-only view of a sequence's prompt and generated tokens. Valid only during the call that it
 * is passed to.
 */
public final class TokenView {
  private final int[] tokens;
  private final int promptLength;
  private final int length;

  /**
   * @param tokens the tokens, of which the first {@code length} are valid
   * @param promptLength the number of the prompt's tokens, at most {@code length}
   */
  public TokenView(int[] tokens, int promptLength, int length) {
    if (promptLength < 0 || promptLength > length || length > tokens.length) {
      throw new IllegalArgumentException(
          "tokens: %d of a prompt, %d together (expected: 0 <= prompt <= together <= %d)"
              .formatted(promptLength, length, tokens.length));
    }
    this.tokens = tokens;
    this.promptLength = promptLength;
    this.length = length;
  }

  /** Returns the number of the prompt's tokens, which come first. */
  public int promptLength() {
    return promptLength;
  }

  /** Returns the number of tokens of prompt and answer together. */
  public int length() {
    return length;
  }

  /** Returns the number of generated tokens. */
  public int newTokens() {
    return length - promptLength;
  }

  /** Returns a token of the prompt or the answer. */
  public int get(int index) {
    return tokens[index];
  }

  /** Returns a copy of the generated tokens. */
  public int[] generated() {
    return Arrays.copyOfRange(tokens, promptLength, length);
  }

  /** Returns whether the tokens in [{@code one}, {@code one + count}) equal those at other. */
  boolean equal(int one, int other, int count) {
    return Arrays.equals(tokens, one, one + count, tokens, other, other + count);
  }
}
