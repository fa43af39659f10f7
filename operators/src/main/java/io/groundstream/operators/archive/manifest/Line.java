package io.groundstream.operators.archive.manifest;

import org.jspecify.annotations.Nullable;

/**
 * A line of a file, without its end.
 *
 * @param number from 1
 * @param offset of its first byte
 * @param bytes null if it has more bytes than allowed
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody.
record Line(long number, long offset, byte @Nullable [] bytes) {}
