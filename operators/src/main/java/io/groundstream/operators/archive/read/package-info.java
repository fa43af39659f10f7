/** Reads the files of an archive: each format becomes events, and what is wrong dead letters. */
@NullMarked
package io.groundstream.operators.archive.read;

import org.jspecify.annotations.NullMarked;
