/** Reads manifests: lines, comma-separated values, and where in a file they are. */
@NullMarked
package io.groundstream.operators.archive.manifest;

import org.jspecify.annotations.NullMarked;
