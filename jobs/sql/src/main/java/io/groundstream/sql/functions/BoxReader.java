package io.groundstream.sql.functions;

import io.groundstream.operators.index.Box;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * Reads boxes of one type: rows with fields x_min, y_min, x_max and y_max and perhaps others, or
 * rows of four numbers in this order, whatever their names. Thread-safe.
 */
final class BoxReader implements Serializable {
  private static final long serialVersionUID = 1L;

  /** The types of boxes, for messages. */
  static final String EXPECTED =
      "ROW<x_min DOUBLE, y_min DOUBLE, x_max DOUBLE, y_max DOUBLE, …>, or ROW(x_min, y_min, x_max,"
          + " y_max)";

  private static final List<String> FIELDS = List.of("x_min", "y_min", "x_max", "y_max");

  private final RowData.FieldGetter[] fields;

  private BoxReader(RowData.FieldGetter[] fields) {
    this.fields = fields;
  }

  /** Returns the reader of a type, or null if the type is not one of boxes. */
  static @Nullable BoxReader of(LogicalType type) {
    if (!(type instanceof RowType row)) {
      return null;
    }
    List<Integer> places;
    if (row.getFieldNames().containsAll(FIELDS)) {
      places = FIELDS.stream().map(row::getFieldIndex).toList();
    } else if (row.getFieldCount() == FIELDS.size()) {
      places = List.of(0, 1, 2, 3);
    } else {
      return null;
    }
    if (!places.stream().allMatch(place -> row.getTypeAt(place).is(LogicalTypeFamily.NUMERIC))) {
      return null;
    }
    return new BoxReader(
        places.stream()
            .map(place -> RowData.createFieldGetter(row.getTypeAt(place), place))
            .toArray(RowData.FieldGetter[]::new));
  }

  /** Returns null if the row or one of its coordinates is null. */
  @Nullable Box read(@Nullable RowData row) {
    if (row == null) {
      return null;
    }
    double[] numbers = new double[fields.length];
    for (int i = 0; i < fields.length; i++) {
      Object value = fields[i].getFieldOrNull(row);
      if (value instanceof DecimalData decimal) {
        numbers[i] = decimal.toBigDecimal().doubleValue();
      } else if (value instanceof Number number) {
        numbers[i] = number.doubleValue();
      } else {
        return null;
      }
    }
    return new Box(numbers[0], numbers[1], numbers[2], numbers[3]);
  }
}
