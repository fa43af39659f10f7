/** Recognises compression by the first bytes, and decompresses within limits. */
@NullMarked
package io.groundstream.operators.archive.compress;

import org.jspecify.annotations.NullMarked;
