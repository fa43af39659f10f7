/**
 * From bytes to pixels to the network's input: recognises an image by its content, decodes it
 * within limits, turns it upright, resizes and normalises it. Does not depend on where the bytes
 * come from.
 */
@NullMarked
package io.groundstream.images;

import org.jspecify.annotations.NullMarked;
