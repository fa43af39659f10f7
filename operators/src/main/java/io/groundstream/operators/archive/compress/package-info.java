/** Undoes compression by what the bytes are, within limits. */
@NullMarked
package io.groundstream.operators.archive.compress;

import org.jspecify.annotations.NullMarked;
