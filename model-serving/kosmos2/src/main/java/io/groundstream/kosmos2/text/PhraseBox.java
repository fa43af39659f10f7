package io.groundstream.kosmos2.text;

import org.jspecify.annotations.Nullable;

/**
 * A box of a phrase in the image.
 *
 * <p>Kosmos-2 does not output a confidence, so it is derived: the geometric mean of the
 * probabilities of the two location tokens of the box, in the softmax of the raw logits, {@code
 * sqrt(p_upper_left · p_lower_right)}. It is in [0, 1] and can compare boxes of one checkpoint; it
 * is not a calibrated probability that the box is right. Neighbouring cells share probability, so
 * good boxes often have values far below 1.
 *
 * @param box the box, on the grid of the location tokens
 * @param confidence the derived confidence; null for a given box or if the probabilities are
 *     unknown
 * @param given whether the box was in the prompt, not generated
 * @param corrected whether the corners were swapped because the model generated them inverted
 */
public record PhraseBox(Box box, @Nullable Double confidence, boolean given, boolean corrected) {}
