package io.groundstream.operators.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.OneofDescriptor;
import com.google.protobuf.WireFormat;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Protobuf message as the tree that the same event in JSON would be, with bytes as bytes:
 * names as in the schema, constants by name, maps as objects, timestamps as text, wrapped values as
 * values. Fields that the bytes do not have are absent, as are numbers that JSON does not have.
 *
 * <p>Messages may be hostile: the number of values bounds the memory of the tree, and only the
 * bytes that are there are read. Reads the bytes itself rather than through a message of the
 * library, which takes 32 times the size of a record of empty messages before they are counted.
 */
final class ProtobufTree {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String DECIMAL = "confluent.type.Decimal";

  /** Larger than that of any decimal of a database. */
  private static final int MOST_SCALE = 1000;

  private static final String GOOGLE = "google.protobuf.";
  private static final List<String> EDGES = List.of("x_min", "y_min", "x_max", "y_max");

  private final CodedInputStream in;

  /**
   * For each object, the field that is set of each choice. Objects differ, even if they are equal.
   */
  private final IdentityHashMap<ObjectNode, Map<OneofDescriptor, String>> chosen =
      new IdentityHashMap<>();

  private int values;

  private ProtobufTree(CodedInputStream in) {
    this.in = in;
  }

  /**
   * Returns the tree of a message.
   *
   * @param start the offset of the message, in bytes
   * @throws GroundingException if the bytes are not such a message, or not one within the limits
   */
  static JsonNode read(byte[] bytes, int start, Descriptor type) throws GroundingException {
    ProtobufTree tree =
        new ProtobufTree(CodedInputStream.newInstance(bytes, start, bytes.length - start));
    ObjectNode root = NODES.objectNode();
    try {
      tree.message(root, type, 0, 0);
    } catch (IOException e) {
      throw new GroundingException(
          OperatorErrorCode.PROTOBUF_INVALID,
          "the bytes do not match message "
              + type.getFullName()
              + ": "
              + e.getMessage()
              + " (expected: a record of the schema that it names)",
          e);
    }
    if (root.isEmpty() && bytes.length > start) {
      throw new GroundingException(
          OperatorErrorCode.PROTOBUF_INVALID,
          "the bytes have no field of message "
              + type.getFullName()
              + " (expected: a record of the schema that it names, not of another message)");
    }
    return root;
  }

  /**
   * Reads fields until the end of the message.
   *
   * @param group the number of the group that the fields are in; 0 if they are not in one
   */
  private void message(ObjectNode into, Descriptor type, int depth, int group)
      throws IOException, GroundingException {
    if (depth > JsonDocument.MOST_NESTED) {
      throw new GroundingException(
          OperatorErrorCode.PROTOBUF_TOO_DEEP,
          "nested deeper than " + JsonDocument.MOST_NESTED + " (expected: at most that deep)");
    }
    while (true) {
      int tag = in.readTag();
      if (tag == 0) {
        if (group != 0) {
          throw new IOException("a group that does not end");
        }
        break;
      }
      if (group != 0
          && WireFormat.getTagFieldNumber(tag) == group
          && WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_END_GROUP) {
        break;
      }
      FieldDescriptor field = type.findFieldByNumber(WireFormat.getTagFieldNumber(tag));
      if (field == null || !field(into, field, WireFormat.getTagWireType(tag), depth)) {
        if (!in.skipField(tag)) {
          throw new IOException("a group ends that has not begun");
        }
      }
    }
    if (EDGES.stream().allMatch(edge -> isNumber(type.findFieldByName(edge)))) {
      // A box; zeros are not written in proto3.
      EDGES.stream().filter(edge -> !into.has(edge)).forEach(edge -> into.put(edge, 0.0));
    }
  }

  private static boolean isNumber(@Nullable FieldDescriptor field) {
    return field != null
        && !field.isRepeated()
        && (field.getJavaType() == FieldDescriptor.JavaType.DOUBLE
            || field.getJavaType() == FieldDescriptor.JavaType.FLOAT);
  }

  /** Reads a field, and returns whether it has the form of its type; otherwise reads nothing. */
  private boolean field(ObjectNode into, FieldDescriptor field, int wireType, int depth)
      throws IOException, GroundingException {
    int expected = field.getLiteType().getWireType();
    boolean nested = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    boolean packed =
        field.isRepeated()
            && !nested
            && wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED
            && expected != WireFormat.WIRETYPE_LENGTH_DELIMITED;
    boolean asGroup = nested && wireType == WireFormat.WIRETYPE_START_GROUP;
    boolean asMessage = nested && wireType == WireFormat.WIRETYPE_LENGTH_DELIMITED;
    if (nested ? !asGroup && !asMessage : !packed && wireType != expected) {
      return false;
    }
    String name = field.getName();
    OneofDescriptor choice = field.getContainingOneof();
    if (choice != null) {
      // The last one wins. A choice may have thousands of fields, but at most one is set.
      String before =
          chosen.computeIfAbsent(into, any -> new HashMap<>()).put(choice, field.getName());
      if (before != null && !before.equals(field.getName())) {
        into.remove(before);
      }
    }
    if (packed) {
      ArrayNode list = list(into, name);
      int outer = in.pushLimit(in.readRawVarint32());
      while (in.getBytesUntilLimit() > 0) {
        list.add(scalar(field));
      }
      in.popLimit(outer);
    } else if (field.isMapField()) {
      ObjectNode entry = NODES.objectNode();
      nested(entry, field, depth, asGroup);
      ObjectNode map = into.withObjectProperty(name);
      JsonNode value = entry.get("value");
      map.set(entry.path("key").asText(""), value == null ? NODES.nullNode() : value);
    } else if (!nested) {
      JsonNode value = scalar(field);
      if (field.isRepeated()) {
        list(into, name).add(value);
      } else {
        into.set(name, value);
      }
    } else {
      // The parts of a message that occurs twice are merged.
      boolean converted = isKnown(field.getMessageType());
      JsonNode before = field.isRepeated() || converted ? null : into.get(name);
      ObjectNode message = before instanceof ObjectNode object ? object : NODES.objectNode();
      nested(message, field, depth, asGroup);
      JsonNode value = known(message, field.getMessageType());
      if (field.isRepeated()) {
        list(into, name).add(value);
      } else {
        into.set(name, value);
      }
    }
    return true;
  }

  private void nested(ObjectNode into, FieldDescriptor field, int depth, boolean asGroup)
      throws IOException, GroundingException {
    count();
    if (asGroup) {
      message(into, field.getMessageType(), depth + 1, field.getNumber());
    } else {
      int outer = in.pushLimit(in.readRawVarint32());
      message(into, field.getMessageType(), depth + 1, 0);
      if (in.getBytesUntilLimit() != 0) {
        throw new IOException("a message that ends early");
      }
      in.popLimit(outer);
    }
  }

  private static ArrayNode list(ObjectNode into, String name) {
    return into.get(name) instanceof ArrayNode list ? list : into.putArray(name);
  }

  private void count() throws GroundingException {
    if (++values > JsonDocument.MOST_VALUES) {
      throw new GroundingException(
          OperatorErrorCode.EVENT_TOO_LARGE,
          "more than " + JsonDocument.MOST_VALUES + " values (expected: at most that many)");
    }
  }

  private JsonNode scalar(FieldDescriptor field) throws IOException, GroundingException {
    count();
    return switch (field.getType()) {
      case DOUBLE -> number(in.readDouble());
      case FLOAT -> number(in.readFloat());
      case INT64 -> NODES.numberNode(in.readInt64());
      case UINT64 -> unsigned(in.readUInt64());
      case FIXED64 -> unsigned(in.readFixed64());
      case SFIXED64 -> NODES.numberNode(in.readSFixed64());
      case SINT64 -> NODES.numberNode(in.readSInt64());
      case INT32 -> NODES.numberNode(in.readInt32());
      case FIXED32 -> NODES.numberNode(Integer.toUnsignedLong(in.readFixed32()));
      case UINT32 -> NODES.numberNode(Integer.toUnsignedLong(in.readUInt32()));
      case SFIXED32 -> NODES.numberNode(in.readSFixed32());
      case SINT32 -> NODES.numberNode(in.readSInt32());
      case BOOL -> NODES.booleanNode(in.readBool());
      case STRING -> NODES.textNode(in.readStringRequireUtf8());
      case BYTES -> NODES.binaryNode(in.readByteArray());
      case ENUM -> constant(field, in.readEnum());
      case GROUP, MESSAGE -> throw new IllegalStateException(field + " is not a scalar");
    };
  }

  private static JsonNode number(double number) {
    return Double.isFinite(number) ? NODES.numberNode(number) : NODES.nullNode();
  }

  private static JsonNode number(float number) {
    return Float.isFinite(number) ? NODES.numberNode(number) : NODES.nullNode();
  }

  private static JsonNode unsigned(long bits) {
    return bits >= 0
        ? NODES.numberNode(bits)
        : NODES.numberNode(new BigInteger(Long.toUnsignedString(bits)));
  }

  private static JsonNode constant(FieldDescriptor field, int number) {
    EnumValueDescriptor constant = field.getEnumType().findValueByNumber(number);
    return constant == null ? NODES.numberNode(number) : NODES.textNode(constant.getName());
  }

  private static boolean isKnown(Descriptor type) {
    return type.getFullName().startsWith(GOOGLE) || type.getFullName().equals(DECIMAL);
  }

  /** Returns what a message of the common types stands for; other messages as they are. */
  private static JsonNode known(ObjectNode message, Descriptor type) {
    if (!isKnown(type)) {
      return message;
    }
    String name = type.getFullName();
    if (name.equals(DECIMAL)) {
      return decimal(message);
    }
    return switch (name.substring(GOOGLE.length())) {
      case "Timestamp" -> timestamp(message);
      case "Duration" -> duration(message);
      case "Struct" -> message.has("fields") ? message.get("fields") : NODES.objectNode();
      case "ListValue" -> message.has("values") ? message.get("values") : NODES.arrayNode();
      case "Value" ->
          message.isEmpty() || message.has("null_value")
              ? NODES.nullNode()
              : message.elements().next();
      case "StringValue" -> message.has("value") ? message.get("value") : NODES.textNode("");
      case "BoolValue" -> message.has("value") ? message.get("value") : NODES.booleanNode(false);
      case "BytesValue" -> message.has("value") ? message.get("value") : NODES.nullNode();
      case "DoubleValue", "FloatValue", "Int64Value", "UInt64Value", "Int32Value", "UInt32Value" ->
          message.has("value") ? message.get("value") : NODES.numberNode(0);
      default -> message;
    };
  }

  /** Returns a number; bytes of an absurd length or scale stay as they are. */
  private static JsonNode decimal(ObjectNode message) {
    int scale = message.path("scale").asInt();
    try {
      byte[] value = message.has("value") ? message.get("value").binaryValue() : new byte[] {0};
      return value.length == 0
              || value.length > AvroTree.LONGEST_DECIMAL
              || Math.abs((long) scale) > MOST_SCALE
          ? message
          : NODES.numberNode(new BigDecimal(new BigInteger(value), scale));
    } catch (IOException e) {
      return message;
    }
  }

  /** Returns a duration as Protobuf's JSON has it, such as 1.5s. */
  private static JsonNode duration(ObjectNode message) {
    return NODES.textNode(
        BigDecimal.valueOf(message.path("seconds").longValue())
                .add(BigDecimal.valueOf(message.path("nanos").longValue(), 9))
                .stripTrailingZeros()
                .toPlainString()
            + "s");
  }

  private static JsonNode timestamp(ObjectNode message) {
    try {
      return NODES.textNode(
          Instant.ofEpochSecond(
                  message.path("seconds").longValue(), message.path("nanos").longValue())
              .toString());
    } catch (DateTimeException | ArithmeticException e) {
      return message;
    }
  }
}
