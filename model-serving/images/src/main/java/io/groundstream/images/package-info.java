/**
 * Bytes to pixels to the network's input: what a picture is by its content, its limits, its
 * orientation, its resizing and its normalising. Knows nothing of where the bytes came from.
 */
@NullMarked
package io.groundstream.images;

import org.jspecify.annotations.NullMarked;
