package io.groundstream.sql.model;

import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;

/**
 * The places of a model's input columns; {@link #NONE} for those that it does not have.
 *
 * @param boxFields the places of x_min, y_min, x_max and y_max in the rows of the column box
 */
record InputColumns(int image, int task, int text, int box, List<Integer> boxFields)
    implements Serializable {
  static final int NONE = -1;

  private static final String IMAGE = "image";
  private static final String TASK = "task";
  private static final String TEXT = "text";
  private static final String BOX = "box";
  private static final List<String> NAMES = List.of(IMAGE, TASK, TEXT, BOX);
  private static final List<String> BOX_FIELDS = List.of("x_min", "y_min", "x_max", "y_max");
  private static final String BOX_TYPE =
      "ROW<x_min DOUBLE, y_min DOUBLE, x_max DOUBLE, y_max DOUBLE>, or an ARRAY of them";

  InputColumns {
    boxFields = List.copyOf(boxFields);
  }

  /** Reads the columns, and reports what is wrong with them. */
  static InputColumns read(ResolvedSchema schema, SettingsReader problems) {
    List<Column> columns = schema.getColumns();
    List<String> names = columns.stream().map(Column::getName).toList();
    if (!names.contains(IMAGE)) {
      problems.problem(
          column(IMAGE), "none", "a column of bytes, image BYTES, or of URIs, image STRING");
    }
    List<Integer> boxFields = List.of();
    for (Column column : columns) {
      LogicalType type = column.getDataType().getLogicalType();
      switch (column.getName()) {
        case IMAGE -> {
          if (!type.is(LogicalTypeFamily.BINARY_STRING) && !isText(type)) {
            wrongType(column, "BYTES, or STRING for URIs", problems);
          }
        }
        case TASK, TEXT -> {
          if (!isText(type)) {
            wrongType(column, "STRING", problems);
          }
        }
        case BOX -> {
          boxFields = boxFields(type);
          if (boxFields.isEmpty()) {
            wrongType(column, BOX_TYPE, problems);
          }
        }
        default ->
            problems.problem(
                column(column.getName()), "no such column", "some of " + String.join(", ", NAMES));
      }
    }
    return new InputColumns(
        names.indexOf(IMAGE),
        names.indexOf(TASK),
        names.indexOf(TEXT),
        names.indexOf(BOX),
        boxFields);
  }

  private static String column(String name) {
    return "input column " + name;
  }

  private static void wrongType(Column column, String expected, SettingsReader problems) {
    problems.problem(
        column(column.getName()),
        column.getDataType().getLogicalType().asSummaryString(),
        expected);
  }

  static boolean isText(LogicalType type) {
    return type.is(LogicalTypeFamily.CHARACTER_STRING);
  }

  /** Returns the places of the coordinates; empty if the type is not one of boxes. */
  private static List<Integer> boxFields(LogicalType type) {
    LogicalType one = type instanceof ArrayType array ? array.getElementType() : type;
    if (!(one instanceof RowType row)
        || !new HashSet<>(row.getFieldNames()).equals(Set.copyOf(BOX_FIELDS))
        || !row.getChildren().stream()
            .allMatch(field -> field.isAnyOf(LogicalTypeRoot.DOUBLE, LogicalTypeRoot.FLOAT))) {
      return List.of();
    }
    return BOX_FIELDS.stream().map(row::getFieldIndex).toList();
  }

  boolean hasTask() {
    return task != NONE;
  }

  boolean hasText() {
    return text != NONE;
  }

  boolean hasBox() {
    return box != NONE;
  }
}
