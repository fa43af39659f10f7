package io.groundstream.operators.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.Descriptors.Descriptor;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.schemas.MessageIndexes;
import io.groundstream.schemas.RecordException;
import io.groundstream.schemas.SchemaText;

/** Protobuf messages of any schema as trees, for people to read. Thread-safe. */
public final class ProtobufRecords {
  private final ProtobufSchema schema;

  private ProtobufRecords(ProtobufSchema schema) {
    this.schema = schema;
  }

  /**
   * Parses a schema.
   *
   * @throws IllegalArgumentException if it is not the text of a {@code .proto} file
   */
  public static ProtobufRecords of(SchemaText schema) {
    return new ProtobufRecords(ProtobufSchema.parse(schema));
  }

  /**
   * Returns a message as a tree: names as in the schema, constants by name, times as text, and
   * bytes as bytes.
   *
   * @param start the offset of Confluent's message indexes, in bytes
   * @throws GroundingException if the bytes are not such a message, or not one within the limits
   * @throws RecordException if the indexes are damaged
   */
  public JsonNode read(byte[] bytes, int start) throws GroundingException, RecordException {
    MessageIndexes indexes = MessageIndexes.read(bytes, start);
    Descriptor message = schema.message(indexes.path());
    if (message == null) {
      throw new IllegalArgumentException(
          "message indexes: " + indexes.path() + " (expected: those of a message of the schema)");
    }
    return ProtobufTree.read(bytes, indexes.start(), message);
  }
}
