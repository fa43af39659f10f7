/** Tests of the library as a whole, against the reference's answers. */
@NullMarked
package io.groundstream.kosmos2;

import org.jspecify.annotations.NullMarked;
