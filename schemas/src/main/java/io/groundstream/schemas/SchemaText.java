package io.groundstream.schemas;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A schema of any type, as a registry has it.
 *
 * @param text the schema: JSON for Avro and JSON Schema, the text of a {@code .proto} file for
 *     Protobuf
 * @param references the texts of the schemas that it refers to by the names that it uses, such as
 *     the paths of imports; each after those that it refers to itself
 */
public record SchemaText(SchemaType type, String text, Map<String, String> references) {
  public SchemaText {
    references = Collections.unmodifiableMap(new LinkedHashMap<>(references));
  }

  /** Creates a schema that refers to no other. */
  public SchemaText(SchemaType type, String text) {
    this(type, text, Map.of());
  }
}
