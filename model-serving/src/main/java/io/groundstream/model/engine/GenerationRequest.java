package io.groundstream.model.engine;

import org.jspecify.annotations.Nullable;

/**
 * One sequence to generate.
 *
 * @param promptIds token ids, at least one
 * @param imageAt where in the prompt the places for the picture begin; unused without picture
 * @param pixels channels × size × size, normalised; requests with the same array share its encoding
 *     when they start together; null without picture
 * @param options how to generate
 */
public record GenerationRequest(
    int[] promptIds, int imageAt, float @Nullable [] pixels, GenerationOptions options) {}
