/** Tests of this room. */
@NullMarked
package io.groundstream.model.program;

import org.jspecify.annotations.NullMarked;
