/** Reads tar files entry by entry, believing nothing that they say of themselves. */
@NullMarked
package io.groundstream.operators.archive.tar;

import org.jspecify.annotations.NullMarked;
