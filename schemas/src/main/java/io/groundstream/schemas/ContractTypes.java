package io.groundstream.schemas;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;

/** What all forms of a contract need to know about its Avro schema. */
final class ContractTypes {
  private ContractTypes() {}

  /** Returns whether a field may have no value. */
  static boolean isOptional(Schema schema) {
    return schema.isUnion();
  }

  /**
   * Returns the type of a field's value if there is one.
   *
   * @throws IllegalArgumentException if the type is a union of anything but null and another type,
   *     which contracts do not have
   */
  static Schema present(Schema schema) {
    if (!schema.isUnion()) {
      return schema;
    }
    if (schema.getTypes().size() != 2 || schema.getTypes().get(0).getType() != Schema.Type.NULL) {
      throw new IllegalArgumentException(
          "union: " + schema + " (expected: of null and one other type)");
    }
    return schema.getTypes().get(1);
  }

  /** Returns whether values are times, which generated classes hold as instants. */
  static boolean isTime(Schema schema) {
    return schema.getLogicalType() instanceof LogicalTypes.TimestampMillis;
  }

  /** Returns the records within a record, in the order of their first use, by name. */
  static Map<String, Schema> inner(Schema record) {
    Map<String, Schema> inner = new LinkedHashMap<>();
    record.getFields().forEach(field -> collect(present(field.schema()), inner));
    return inner;
  }

  private static void collect(Schema schema, Map<String, Schema> inner) {
    if (schema.getType() == Schema.Type.ARRAY) {
      collect(present(schema.getElementType()), inner);
    } else if (schema.getType() == Schema.Type.RECORD && !inner.containsKey(schema.getName())) {
      inner.put(schema.getName(), schema);
      schema.getFields().forEach(field -> collect(present(field.schema()), inner));
    }
  }

  /** Returns the default of a field, as generated classes hold it. */
  static Object defaultOf(Schema.Field field, SpecificData data) {
    return data.deepCopy(field.schema(), data.getDefaultValue(field));
  }

  /** Returns the exception for a type that contracts do not have. */
  static IllegalArgumentException unknown(Schema schema) {
    return new IllegalArgumentException("type: " + schema.getType() + " has no other form");
  }
}
