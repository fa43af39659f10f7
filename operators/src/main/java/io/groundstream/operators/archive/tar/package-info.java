/** Reads tar files entry by entry, and trusts none of their headers. */
@NullMarked
package io.groundstream.operators.archive.tar;

import org.jspecify.annotations.NullMarked;
