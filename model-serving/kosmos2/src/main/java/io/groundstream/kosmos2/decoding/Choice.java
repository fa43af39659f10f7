package io.groundstream.kosmos2.decoding;

/**
 * A chosen token.
 *
 * @param probability the softmax of the raw logits at the token, in [0, 1]
 */
public record Choice(int token, float probability) {}
