package io.groundstream.schemas;

import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One version of a subject.
 *
 * @param schema the schema, or null if it is not Avro or cannot be parsed
 * @param problem why there is no schema, or null if there is one
 */
record RegisteredVersion(int version, int id, @Nullable Schema schema, @Nullable String problem) {}
