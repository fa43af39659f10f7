/** Tests of this room. */
@NullMarked
package io.groundstream.kosmos2.program;

import org.jspecify.annotations.NullMarked;
