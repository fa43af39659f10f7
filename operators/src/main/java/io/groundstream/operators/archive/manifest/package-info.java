/** Reads manifests: lines and comma-separated values, with their positions in the file. */
@NullMarked
package io.groundstream.operators.archive.manifest;

import org.jspecify.annotations.NullMarked;
