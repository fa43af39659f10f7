/** Reads zip files by their directory, believing nothing that they say of themselves. */
@NullMarked
package io.groundstream.operators.archive.zip;

import org.jspecify.annotations.NullMarked;
