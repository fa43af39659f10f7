/** Tests of the conversion of bytes to the network's input. */
@NullMarked
package io.groundstream.images;

import org.jspecify.annotations.NullMarked;
