package io.groundstream.operators.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Reads an Avro record of any schema as the tree that the same record in JSON would be, with bytes
 * as bytes, decimals as numbers, and times as text.
 *
 * <p>Records may be hostile: the number of values bounds the memory of the tree, and the decoder
 * rejects lengths that the remaining bytes cannot hold.
 */
final class AvroTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Larger than any decimal of a database. */
  static final int LONGEST_DECIMAL = 64;

  private final BinaryDecoder in;
  private final int longest;
  private int values;

  private AvroTree(BinaryDecoder in, int longest) {
    this.in = in;
    this.longest = longest;
  }

  /**
   * Returns the tree of a record.
   *
   * @param start the offset of the record, in bytes
   * @param schema the schema with which it was written
   * @throws GroundingException if the bytes do not match the schema, or exceed a limit
   */
  static JsonNode read(byte[] bytes, int start, Schema schema) throws GroundingException {
    BinaryDecoder in = DecoderFactory.get().binaryDecoder(bytes, start, bytes.length - start, null);
    try {
      JsonNode root = new AvroTree(in, bytes.length).value(schema, 0);
      if (!in.isEnd()) {
        throw new IOException("more bytes after the record");
      }
      return root;
    } catch (IOException | RuntimeException e) {
      // On bad bytes the decoder throws all kinds of exceptions.
      throw new GroundingException(
          OperatorErrorCode.FIELD_INVALID,
          "the bytes do not match schema "
              + schema.getFullName()
              + ": "
              + e.getMessage()
              + " (expected: a record of the schema that it names)",
          e);
    }
  }

  private JsonNode value(Schema schema, int depth) throws IOException, GroundingException {
    if (depth > JsonDocument.MOST_NESTED) {
      throw new GroundingException(
          OperatorErrorCode.JSON_TOO_DEEP,
          "nested deeper than " + JsonDocument.MOST_NESTED + " (expected: at most that deep)");
    }
    if (++values > JsonDocument.MOST_VALUES) {
      throw new GroundingException(
          OperatorErrorCode.EVENT_TOO_LARGE,
          "more than " + JsonDocument.MOST_VALUES + " values (expected: at most that many)");
    }
    return switch (schema.getType()) {
      case RECORD -> {
        ObjectNode object = NODES.objectNode();
        for (Schema.Field field : schema.getFields()) {
          object.set(field.name(), value(field.schema(), depth + 1));
        }
        yield object;
      }
      case ARRAY -> {
        ArrayNode list = NODES.arrayNode();
        for (long count = in.readArrayStart(); count > 0; count = in.arrayNext()) {
          for (long i = 0; i < count; i++) {
            list.add(value(schema.getElementType(), depth + 1));
          }
        }
        yield list;
      }
      case MAP -> {
        ObjectNode object = NODES.objectNode();
        for (long count = in.readMapStart(); count > 0; count = in.mapNext()) {
          for (long i = 0; i < count; i++) {
            object.set(in.readString(), value(schema.getValueType(), depth + 1));
          }
        }
        yield object;
      }
      // Not counted as a level of the document.
      case UNION -> value(schema.getTypes().get(in.readIndex()), depth);
      case ENUM -> NODES.textNode(schema.getEnumSymbols().get(in.readEnum()));
      case STRING -> NODES.textNode(in.readString());
      case BYTES -> bytes(schema, in.readBytes(null));
      case FIXED -> {
        if (schema.getFixedSize() > longest) {
          throw new IOException("fewer bytes than " + schema.getFullName() + " has");
        }
        byte[] fixed = new byte[schema.getFixedSize()];
        in.readFixed(fixed);
        yield bytes(schema, ByteBuffer.wrap(fixed));
      }
      case INT -> {
        int number = in.readInt();
        String time = AvroTimes.text(schema, number);
        yield time == null ? NODES.numberNode(number) : NODES.textNode(time);
      }
      case LONG -> {
        long number = in.readLong();
        String time = AvroTimes.text(schema, number);
        yield time == null ? NODES.numberNode(number) : NODES.textNode(time);
      }
      case FLOAT -> number(in.readFloat());
      case DOUBLE -> number(in.readDouble());
      case BOOLEAN -> NODES.booleanNode(in.readBoolean());
      case NULL -> NODES.nullNode();
    };
  }

  private static JsonNode bytes(Schema schema, ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    LogicalType type = schema.getLogicalType();
    return type instanceof LogicalTypes.Decimal decimal
            && bytes.length > 0
            && bytes.length <= LONGEST_DECIMAL
        ? NODES.numberNode(new BigDecimal(new BigInteger(bytes), decimal.getScale()))
        : NODES.binaryNode(bytes);
  }

  private static JsonNode number(double number) {
    return Double.isFinite(number) ? NODES.numberNode(number) : NODES.nullNode();
  }
}
