package io.groundstream.sql.model;

import io.groundstream.operators.grounding.RequestOutcome;
import io.groundstream.operators.output.ModelIdentity;
import io.groundstream.operators.settings.SettingsReader;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;

/**
 * The output columns of a model.
 *
 * @param types the types of the columns, in the same order
 */
record OutputColumns(List<OutputColumn> columns, List<LogicalType> types) implements Serializable {
  OutputColumns {
    columns = List.copyOf(columns);
    types = List.copyOf(types);
  }

  /** Reads the columns, and reports what is wrong with them. */
  static OutputColumns read(ResolvedSchema schema, OnError onError, SettingsReader problems) {
    List<OutputColumn> columns = new ArrayList<>();
    List<LogicalType> types = new ArrayList<>();
    for (Column declared : schema.getColumns()) {
      String name = "output column " + declared.getName();
      LogicalType type = declared.getDataType().getLogicalType();
      OutputColumn column = OutputColumn.find(declared.getName());
      if (column == null) {
        problems.problem(name, "no such column", "some of " + names());
        continue;
      }
      column.shape().check(name, type, problems);
      if (!type.isNullable() && !(onError == OnError.FAIL && column.isAlwaysSet())) {
        problems.problem(
            name,
            type.asSummaryString(),
            column.shape().sql() + " without NOT NULL, since it is null for some rows");
      }
      columns.add(column);
      types.add(type);
    }
    if (onError == OnError.ROW && !columns.contains(OutputColumn.ERROR_CODE)) {
      problems.problem(
          SqlModelOptions.ON_ERROR.key(),
          onError.toString(),
          "fail or null, or an output column error_code STRING that says why");
    }
    return new OutputColumns(columns, types);
  }

  private static String names() {
    return Arrays.stream(OutputColumn.values())
        .map(OutputColumn::columnName)
        .collect(Collectors.joining(", "));
  }

  /** Returns the row of an outcome. */
  RowData row(RequestOutcome outcome, ModelIdentity model) {
    GenericRowData row = nulls();
    for (int i = 0; i < columns.size(); i++) {
      row.setField(i, Shape.toData(columns.get(i).value(outcome, model), types.get(i)));
    }
    return row;
  }

  /** Returns a row of nulls. */
  GenericRowData nulls() {
    return new GenericRowData(columns.size());
  }
}
