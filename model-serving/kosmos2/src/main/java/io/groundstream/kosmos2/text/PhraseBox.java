package io.groundstream.kosmos2.text;

import org.jspecify.annotations.Nullable;

/**
 * Where a phrase is in the image.
 *
 * <p>Kosmos-2 has no confidence of its own. Ours is derived: the geometric mean of the
 * probabilities, in the softmax of the raw logits, with which the two location tokens of the box
 * were generated, {@code sqrt(p_upper_left · p_lower_right)}. It is in [0, 1] and compares boxes of
 * one checkpoint with each other; it is no calibrated probability that the box is right.
 * Neighbouring cells share the model's belief, so good boxes often have values far below 1.
 *
 * @param box the box, on the grid of the location tokens
 * @param confidence the derived confidence; null for a given box or where no probability is known
 * @param given whether the box stood in the prompt, instead of being generated
 * @param corrected whether the corners were exchanged because the model wrote them inverted
 */
public record PhraseBox(Box box, @Nullable Double confidence, boolean given, boolean corrected) {}
