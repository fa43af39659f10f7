/** Tests of the program. */
@NullMarked
package io.groundstream.kosmos2.program;

import org.jspecify.annotations.NullMarked;
