/** Reads the files of an archive. Each format becomes events, and each fault a dead letter. */
@NullMarked
package io.groundstream.operators.archive.read;

import org.jspecify.annotations.NullMarked;
