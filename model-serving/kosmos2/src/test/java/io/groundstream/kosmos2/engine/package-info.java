/** Tests of this room. */
@NullMarked
package io.groundstream.kosmos2.engine;

import org.jspecify.annotations.NullMarked;
