package io.groundstream.kosmos2.engine;

/**
 * An image in a prompt.
 *
 * @param at the index of the image's first place in the prompt
 * @param levels the image, size × size × channels, 8 bits each. Images with equal levels share one
 *     encoding while it is cached.
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and too large to copy
public record PromptImage(int at, byte[] levels) {}
