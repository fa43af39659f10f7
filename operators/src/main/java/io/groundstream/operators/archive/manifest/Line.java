package io.groundstream.operators.archive.manifest;

import org.jspecify.annotations.Nullable;

/**
 * A line of a file, without its line separator.
 *
 * @param number the line number, from 1
 * @param offset the offset of its first byte
 * @param bytes the content; null if it exceeds the limit
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record Line(long number, long offset, byte @Nullable [] bytes) {}
