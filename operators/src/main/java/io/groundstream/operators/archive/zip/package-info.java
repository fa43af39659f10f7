/** Reads zip files by their directory, and trusts none of its values. */
@NullMarked
package io.groundstream.operators.archive.zip;

import org.jspecify.annotations.NullMarked;
