package io.groundstream.kosmos2.engine;

/**
 * An image in a prompt, identified by its content.
 *
 * @param at the index of the image's first place in the prompt
 */
record PlacedImage(int at, ImageKey key) {}
