package io.groundstream.schemas;

import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One version of a subject.
 *
 * @param schema null if it is not Avro, or cannot be understood
 * @param problem why there is no schema; null if there is one
 */
record RegisteredVersion(int version, int id, @Nullable Schema schema, @Nullable String problem) {}
