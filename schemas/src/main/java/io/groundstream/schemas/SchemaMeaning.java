package io.groundstream.schemas;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * Compares schemas by the meaning of a record's bytes. The text of one schema varies in white
 * space, order of properties, documentation, and in what tools add or drop; registries compare
 * texts, each by rules of its own.
 */
final class SchemaMeaning {
  private static final String LOGICAL_TYPE = "logicalType";
  private static final int MAX_NAMES = 5;

  private SchemaMeaning() {}

  /**
   * Returns whether readers get the same record with either schema as the writer's. Names, types,
   * the order of fields and logical types matter for that; documentation, defaults and aliases do
   * not.
   */
  static boolean isSame(Schema one, Schema other) {
    return SchemaNormalization.toParsingForm(one).equals(SchemaNormalization.toParsingForm(other))
        && logicalTypes(one).equals(logicalTypes(other));
  }

  /** Describes how another schema differs from ours. */
  static String difference(Schema ours, Schema other) {
    Set<String> ourFields = fields(ours);
    Set<String> otherFields = fields(other);
    Set<String> missing = new LinkedHashSet<>(ourFields);
    missing.removeAll(otherFields);
    Set<String> unknown = new LinkedHashSet<>(otherFields);
    unknown.removeAll(ourFields);
    if (missing.isEmpty() && unknown.isEmpty()) {
      return "has other names or types, or its fields in another order";
    }
    List<String> parts = new ArrayList<>();
    if (!missing.isEmpty()) {
      parts.add("lacks " + shortened(missing));
    }
    if (!unknown.isEmpty()) {
      parts.add("has " + shortened(unknown) + ", which this version does not know");
    }
    return String.join(" and ", parts);
  }

  private static String shortened(Set<String> names) {
    List<String> first = names.stream().limit(MAX_NAMES).toList();
    int rest = names.size() - first.size();
    return String.join(", ", first) + (rest == 0 ? "" : " and " + rest + " more");
  }

  private static Set<String> fields(Schema schema) {
    Set<String> fields = new LinkedHashSet<>();
    visit(
        schema,
        (path, type) -> {
          if (type.getType() == Schema.Type.RECORD) {
            type.getFields().forEach(field -> fields.add(type.getName() + "." + field.name()));
          }
        });
    return fields;
  }

  private static List<String> logicalTypes(Schema schema) {
    List<String> types = new ArrayList<>();
    visit(
        schema,
        (path, type) -> {
          String name = type.getProp(LOGICAL_TYPE);
          if (name != null) {
            LogicalType known = type.getLogicalType();
            types.add(path + " " + (known == null ? name : known.getName()));
          }
        });
    return types;
  }

  /** Visits every type once, in the order of the schema's text. */
  private static void visit(Schema schema, BiConsumer<String, Schema> visitor) {
    visit("", schema, new HashSet<>(), visitor);
  }

  private static void visit(
      String path, Schema schema, Set<String> records, BiConsumer<String, Schema> visitor) {
    if (schema.getType() == Schema.Type.RECORD && !records.add(schema.getFullName())) {
      return;
    }
    visitor.accept(path, schema);
    switch (schema.getType()) {
      case RECORD -> {
        for (Schema.Field field : schema.getFields()) {
          visit(schema.getName() + "." + field.name(), field.schema(), records, visitor);
        }
      }
      case ARRAY -> visit(path + "[]", schema.getElementType(), records, visitor);
      case MAP -> visit(path + "{}", schema.getValueType(), records, visitor);
      case UNION -> schema.getTypes().forEach(type -> visit(path, type, records, visitor));
      case ENUM, FIXED, STRING, BYTES, INT, LONG, FLOAT, DOUBLE, BOOLEAN, NULL -> {}
    }
  }
}
