package io.groundstream.schemas;

import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One version of a subject.
 *
 * @param text the schema, or null if its type is unknown
 * @param schema the schema, or null if it is not Avro or cannot be parsed
 * @param problem why there is no Avro schema, or null if there is one
 */
record RegisteredVersion(
    int version,
    int id,
    @Nullable SchemaText text,
    @Nullable Schema schema,
    @Nullable String problem) {}
