/** Tests of the way from bytes to the network's input. */
@NullMarked
package io.groundstream.images;

import org.jspecify.annotations.NullMarked;
