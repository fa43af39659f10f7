package io.groundstream.sql.model;

import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.jspecify.annotations.Nullable;

/**
 * Which types a value of an answer may have in SQL. Rows may have any of their fields, in any
 * order.
 */
sealed interface Shape extends Serializable {
  Shape TEXT = new Scalar("STRING", Set.of(LogicalTypeRoot.VARCHAR), false);
  Shape INTEGER = new Scalar("INT", Set.of(LogicalTypeRoot.INTEGER, LogicalTypeRoot.BIGINT), false);
  Shape NUMBER = new Scalar("DOUBLE", Set.of(LogicalTypeRoot.DOUBLE, LogicalTypeRoot.FLOAT), false);
  Shape NUMBER_OR_NULL =
      new Scalar("DOUBLE", Set.of(LogicalTypeRoot.DOUBLE, LogicalTypeRoot.FLOAT), true);
  Shape TRUTH = new Scalar("BOOLEAN", Set.of(LogicalTypeRoot.BOOLEAN), false);

  /** Returns the usual type, as SQL writes it. */
  String sql();

  /**
   * Reports a type that the values cannot have.
   *
   * @param name what has the type, for the message
   */
  void check(String name, LogicalType type, SettingsReader problems);

  private static void problem(String name, LogicalType type, Shape shape, SettingsReader problems) {
    problems.problem(name, type.asSummaryString(), shape.sql());
  }

  /**
   * A single value.
   *
   * @param nullable whether the value is absent at times
   */
  record Scalar(String sql, Set<LogicalTypeRoot> roots, boolean nullable) implements Shape {
    @Override
    public void check(String name, LogicalType type, SettingsReader problems) {
      boolean whole =
          !(type instanceof VarCharType text) || text.getLength() == VarCharType.MAX_LENGTH;
      if (!roots.contains(type.getTypeRoot()) || !whole || (nullable && !type.isNullable())) {
        problem(name, type, this, problems);
      }
    }
  }

  /** A list. */
  record ListOf(Shape element) implements Shape {
    @Override
    public String sql() {
      return "ARRAY<" + element.sql() + ">";
    }

    @Override
    public void check(String name, LogicalType type, SettingsReader problems) {
      if (type instanceof ArrayType array) {
        element.check(name, array.getElementType(), problems);
      } else {
        problem(name, type, this, problems);
      }
    }
  }

  /** Named values. */
  record Fields(LinkedHashMap<String, Shape> shapes) implements Shape {
    static Fields of(Object... namesAndShapes) {
      LinkedHashMap<String, Shape> shapes = new LinkedHashMap<>();
      for (int i = 0; i < namesAndShapes.length; i += 2) {
        shapes.put((String) namesAndShapes[i], (Shape) namesAndShapes[i + 1]);
      }
      return new Fields(shapes);
    }

    @Override
    public String sql() {
      StringBuilder sql = new StringBuilder("ROW<");
      shapes.forEach(
          (name, shape) ->
              sql.append(sql.length() == 4 ? "" : ", ")
                  .append(SqlNames.quoted(name))
                  .append(' ')
                  .append(shape.sql()));
      return sql.append('>').toString();
    }

    @Override
    public void check(String name, LogicalType type, SettingsReader problems) {
      if (!(type instanceof RowType row)) {
        problem(name, type, this, problems);
        return;
      }
      for (RowType.RowField field : row.getFields()) {
        Shape shape = shapes.get(field.getName());
        if (shape == null) {
          problems.problem(
              name + "." + field.getName(),
              "no such field",
              "one of " + String.join(", ", shapes.keySet()));
        } else {
          shape.check(name + "." + field.getName(), field.getType(), problems);
        }
      }
    }
  }

  /**
   * Returns a value as Flink's own data.
   *
   * @param value a text, a number, a truth value, a list of values, or values by the names of a row
   * @param type a type that was checked
   */
  static @Nullable Object toData(@Nullable Object value, LogicalType type) {
    if (value == null) {
      return null;
    }
    if (value instanceof String text) {
      return StringData.fromString(text);
    }
    if (value instanceof Integer number) {
      return type.is(LogicalTypeRoot.BIGINT) ? (Object) number.longValue() : number;
    }
    if (value instanceof Double number) {
      return type.is(LogicalTypeRoot.FLOAT) ? (Object) number.floatValue() : number;
    }
    if (value instanceof List<?> list && type instanceof ArrayType array) {
      return new GenericArrayData(
          list.stream().map(element -> toData(element, array.getElementType())).toArray());
    }
    if (value instanceof Map<?, ?> fields && type instanceof RowType row) {
      GenericRowData data = new GenericRowData(row.getFieldCount());
      for (int i = 0; i < row.getFieldCount(); i++) {
        data.setField(i, toData(fields.get(row.getFieldNames().get(i)), row.getTypeAt(i)));
      }
      return data;
    }
    return value;
  }
}
