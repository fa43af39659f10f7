package io.groundstream.schemas;

import io.confluent.kafka.schemaregistry.avro.AvroSchema;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaFormatter;

/** The texts of Avro schemas. */
final class AvroTexts {
  private AvroTexts() {}

  /** Returns the schema's text: indented, with documentation, ending in one newline. */
  static String pretty(Schema schema) {
    return SchemaFormatter.format("json/pretty", schema) + "\n";
  }

  /**
   * Parses a schema of a registry.
   *
   * @param id the schema's identifier, for messages
   * @throws RecordException SCHEMA_INCOMPATIBLE if it is not Avro or cannot be parsed
   */
  static Schema parse(String id, SchemaText schema) throws RecordException {
    if (schema.type() != SchemaType.AVRO) {
      throw new RecordException(
          RecordErrorCode.SCHEMA_INCOMPATIBLE,
          "type of schema " + id + ": " + schema.type() + " (expected: " + SchemaType.AVRO + ")");
    }
    try {
      return new AvroSchema(schema.text(), List.of(), schema.references(), null).rawSchema();
    } catch (RuntimeException e) {
      throw new RecordException(
          RecordErrorCode.SCHEMA_INCOMPATIBLE,
          "schema " + id + " cannot be parsed: " + e.getMessage(),
          e);
    }
  }
}
