package io.groundstream.sql.model;

import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.RequestBox;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.fetch.ShownUri;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.functions.SpecializedFunction.SpecializedContext;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.jspecify.annotations.Nullable;

/**
 * Reads requests from the rows that Flink passes to a model: with the columns of its input, but
 * with the types of the query's columns, since {@code ML_PREDICT} admits types that could be cast,
 * and does not cast them ({@code findings/flink-ml-predict-casts-no-arguments.sh}). Thread-safe.
 */
final class RowReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final SqlModelSettings settings;
  private final List<LogicalType> types;
  private final ArrayData.@Nullable ElementGetter boxElement;
  private final RowData.FieldGetter[] boxFields;

  /**
   * @param types the types of the values in rows
   */
  RowReader(SqlModelSettings settings, List<LogicalType> types) {
    this.settings = settings;
    this.types = List.copyOf(types);
    InputColumns columns = settings.input();
    LogicalType box = columns.hasBox() ? types.get(columns.box()) : null;
    this.boxElement =
        box instanceof ArrayType array
            ? ArrayData.createElementGetter(array.getElementType())
            : null;
    LogicalType one = box instanceof ArrayType array ? array.getElementType() : box;
    this.boxFields =
        one instanceof RowType row
            ? columns.boxFields().stream()
                .map(place -> RowData.createFieldGetter(row.getTypeAt(place), place))
                .toArray(RowData.FieldGetter[]::new)
            : new RowData.FieldGetter[0];
  }

  /** Returns the types of the values that a query passes to a function. */
  static List<LogicalType> types(SpecializedContext context) {
    return context.getCallContext().getArgumentDataTypes().stream()
        .map(DataType::getLogicalType)
        .toList();
  }

  /** Returns the bytes of the image; null if the column is null or of URIs. */
  byte @Nullable [] image(GenericRowData row) {
    return row.getField(settings.input().image()) instanceof byte[] bytes ? bytes : null;
  }

  /** Returns the URI of the image; null if the column is null or of bytes. */
  @Nullable String uri(GenericRowData row) {
    return text(row, settings.input().image());
  }

  /** Returns the request of a row. */
  ImageRequest request(GenericRowData row) {
    InputColumns columns = settings.input();
    String task = columns.hasTask() ? text(row, columns.task()) : null;
    String text = columns.hasText() ? text(row, columns.text()) : null;
    List<RequestBox> boxes = columns.hasBox() ? boxes(row.getField(columns.box())) : null;
    String asked = task == null ? settings.task().id() : task;
    return ImageRequest.newBuilder()
        .setTask(asked)
        .setText(text == null && takes(asked, Task::takesText) ? settings.text() : text)
        .setBoxes(
            boxes != null
                ? boxes
                : takes(asked, Task::takesBoxes)
                    ? settings.boxes().stream().map(SqlModelSettings.Box4::toRequestBox).toList()
                    : List.of())
        .build();
  }

  /** Defaults are for the tasks that take them; rows may be about others. */
  private static boolean takes(String id, java.util.function.Predicate<Task> what) {
    return Arrays.stream(Task.values()).anyMatch(task -> task.id().equals(id) && what.test(task));
  }

  private @Nullable String text(GenericRowData row, int place) {
    if (!(row.getField(place) instanceof StringData data)) {
      return null;
    }
    String text = data.toString();
    // Values of CHAR are padded.
    return types.get(place).is(LogicalTypeRoot.CHAR) ? text.stripTrailing() : text;
  }

  private @Nullable List<RequestBox> boxes(@Nullable Object value) {
    if (value instanceof ArrayData array && boxElement != null) {
      List<RequestBox> boxes = new ArrayList<>();
      for (int i = 0; i < array.size(); i++) {
        boxes.add(box(boxElement.getElementOrNull(array, i)));
      }
      return boxes;
    }
    return value == null ? null : List.of(box(value));
  }

  private RequestBox box(@Nullable Object value) {
    RowData row = value instanceof RowData data ? data : new GenericRowData(boxFields.length);
    return new RequestBox(
        number(boxFields[0], row),
        number(boxFields[1], row),
        number(boxFields[2], row),
        number(boxFields[3], row),
        /* phrase= */ null);
  }

  /** Returns NaN for null, which the model refuses as it does any number outside of the image. */
  private static double number(RowData.FieldGetter field, RowData row) {
    Object value = field.getFieldOrNull(row);
    if (value instanceof DecimalData decimal) {
      return decimal.toBigDecimal().doubleValue();
    }
    return value instanceof Number number ? number.doubleValue() : Double.NaN;
  }

  /**
   * Replaces the image in a row by a word about it: Flink writes rows into the messages of
   * exceptions, each byte as a number, and a URI with what may be secret in it.
   */
  void hideImage(GenericRowData row) {
    byte[] image = image(row);
    String uri = uri(row);
    if (image != null) {
      row.setField(settings.input().image(), StringData.fromString("<" + image.length + " bytes>"));
    } else if (uri != null) {
      row.setField(settings.input().image(), StringData.fromString(ShownUri.of(uri)));
    }
  }
}
