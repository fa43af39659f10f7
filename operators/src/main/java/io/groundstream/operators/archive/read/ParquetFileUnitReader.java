package io.groundstream.operators.archive.read;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.groundstream.operators.archive.columns.ColumnException;
import io.groundstream.operators.archive.parquet.ImageColumns;
import io.groundstream.operators.archive.parquet.ParquetRows;
import io.groundstream.operators.archive.parquet.ParquetRows.ParquetDamageException;
import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventRecord;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Parquet file: one event per row. A damaged row group loses its rows from the damage on,
 * and yields one dead letter for them. A part of a file consists of the row groups that begin in
 * it.
 */
final class ParquetFileUnitReader implements UnitReader {
  private final UnitPart part;
  private final ReadContext context;
  private final RowEvents events;
  private final @Nullable ParquetRows rows;
  private final @Nullable ImageColumns columns;
  private final long resumeRow;
  private final @Nullable EventRecord problem;
  private int group = -1;
  private long row;
  private long rowOfNextGroup;
  private boolean ended;

  private ParquetFileUnitReader(
      UnitPart part,
      PartPosition position,
      ReadContext context,
      @Nullable ParquetRows rows,
      @Nullable ImageColumns columns,
      @Nullable EventRecord problem,
      RowEvents events) {
    this.part = part;
    this.context = context;
    this.rows = rows;
    this.columns = columns;
    this.problem = problem;
    this.events = events;
    this.resumeRow = position.entries();
    this.ended = position.isEnd();
  }

  static ParquetFileUnitReader open(UnitPart part, PartPosition position, ReadContext context)
      throws IOException {
    RowEvents events =
        new RowEvents(part, context.settings(), OperatorErrorCode.PARQUET_ROW_INVALID);
    Path path = new Path(part.unit().path());
    FSDataInputStream in = LocalFiles.openRegular(path);
    ParquetRows rows = null;
    EventRecord problem;
    try {
      rows =
          ParquetRows.open(in, path, part.unit().length(), context.settings().maxRowGroupBytes());
      ImageColumns columns =
          ImageColumns.find(rows.schema(), context.settings(), part.unit().name());
      return new ParquetFileUnitReader(part, position, context, rows, columns, null, events);
    } catch (ParquetDamageException e) {
      problem = events.ofFile(code(e), String.valueOf(e.getMessage()));
    } catch (ColumnException e) {
      problem =
          events.ofFile(OperatorErrorCode.PARQUET_COLUMN_MISMATCH, String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
    if (rows != null) {
      rows.close();
    }
    in.close();
    // One of the parts reports the fault.
    return new ParquetFileUnitReader(
        part, position, context, null, null, part.start() == 0 ? problem : null, events);
  }

  @Override
  public @Nullable ArchivedEvent next() throws IOException {
    if (ended) {
      return null;
    }
    if (problem != null || rows == null || columns == null) {
      ended = true;
      if (problem == null) {
        return null;
      }
      context.counts().entriesRead().inc();
      return new ArchivedEvent(problem, PartPosition.endOf(part));
    }
    return next(rows, columns);
  }

  private @Nullable ArchivedEvent next(ParquetRows from, ImageColumns which) throws IOException {
    @Nullable Object[] values = new Object[which.names().size()];
    while (true) {
      try {
        while (row < resumeRow && group >= 0 && row < rowOfNextGroup) {
          if (!from.next(values)) {
            break;
          }
          events.pass(fields(which, values));
          row++;
        }
        if (group >= 0 && row < rowOfNextGroup && from.next(values)) {
          return event(from, which, values);
        }
        if (!nextGroup(from, which)) {
          ended = true;
          return null;
        }
      } catch (ParquetDamageException e) {
        long at = Math.max(row, resumeRow);
        row = Math.max(row, rowOfNextGroup);
        if (at < rowOfNextGroup) {
          context.counts().entriesRead().inc();
          return new ArchivedEvent(
              events.ofRows(
                  code(e),
                  at,
                  rowOfNextGroup - at,
                  "rows " + at + " to " + (rowOfNextGroup - 1) + ", row group " + group,
                  String.valueOf(e.getMessage())),
              placeAfter(from, rowOfNextGroup));
        }
      }
    }
  }

  /** Continues with the next row group of this part that has rows to read. */
  private boolean nextGroup(ParquetRows from, ImageColumns which)
      throws IOException, ParquetDamageException {
    row = rowOfNextGroup;
    while (group + 1 < from.groups()) {
      group++;
      rowOfNextGroup += from.rowsIn(group);
      long offset = from.offsetOf(group);
      boolean mine =
          from.rowsIn(group) > 0
              && (!part.cut() || (offset >= part.start() && offset < part.end()));
      if (mine && rowOfNextGroup <= resumeRow) {
        passGroup(from, which);
      } else if (mine) {
        from.startGroup(group, which.flat(), which.nested());
        return true;
      }
      row = rowOfNextGroup;
    }
    return false;
  }

  /** Records the identifiers of a row group that was read completely before. */
  private void passGroup(ParquetRows from, ImageColumns which)
      throws IOException, ParquetDamageException {
    int id = which.names().indexOf(context.settings().idColumn());
    if (id < 0 || id >= which.flat().size()) {
      return;
    }
    from.startGroup(group, List.of(which.flat().get(id)), List.of());
    @Nullable Object[] value = new Object[1];
    while (from.next(value)) {
      if (value[0] instanceof String text) {
        events.pass(Map.of(which.names().get(id), TextNode.valueOf(text)));
      }
    }
  }

  private ArchivedEvent event(ParquetRows from, ImageColumns which, @Nullable Object[] values) {
    long number = row;
    row++;
    String where = "row " + number;
    Map<String, JsonNode> fields = fields(which, values);
    String idColumn = context.settings().idColumn();
    byte[] image = which.image() >= 0 && values[which.image()] instanceof byte[] b ? b : null;
    String reference = reference(which, fields);
    EventRecord event;
    if (image != null && image.length > context.maxImageBytes()) {
      event = events.tooLarge(number, where, fields, context.tooLarge(image.length + " bytes"));
    } else if (image == null && reference == null) {
      event =
          events.broken(
              number, where, "no image (expected: a value in " + imageColumnNames(which) + ")");
    } else if (which.names().contains(idColumn) && !fields.containsKey(idColumn)) {
      event = events.broken(number, where, idColumn + ": null (expected: an identifier)");
    } else if (image != null) {
      context.counts().bytesRead().inc(image.length);
      event = events.ofImage(number, where, fields, image);
    } else {
      event = events.ofReference(number, where, fields, String.valueOf(reference));
    }
    context.counts().entriesRead().inc();
    return new ArchivedEvent(event, placeAfter(from, row));
  }

  /** Returns the column that refers to the image of a row without bytes. */
  private static @Nullable String reference(ImageColumns which, Map<String, JsonNode> fields) {
    for (String name : List.of(orNone(which.path()), orNone(which.reference()))) {
      if (fields.containsKey(name)) {
        return name;
      }
    }
    return null;
  }

  private static String orNone(@Nullable String name) {
    return name == null ? "" : name;
  }

  private static String imageColumnNames(ImageColumns which) {
    return Stream.of(
            which.image() < 0 ? null : which.names().get(which.image()),
            which.path(),
            which.reference())
        .filter(Objects::nonNull)
        .distinct()
        .collect(Collectors.joining(" or "));
  }

  /**
   * Returns the position after a row. Only the row number determines where reading continues; the
   * offset, interpolated within the row group, only shows how much of the file is read.
   */
  private PartPosition placeAfter(ParquetRows from, long nextRow) {
    long rowsOfGroup = Math.max(1, from.rowsIn(group));
    double done = 1 - (double) (rowOfNextGroup - nextRow) / rowsOfGroup;
    return new PartPosition(from.offsetOf(group) + (long) (from.bytesOf(group) * done), nextRow, 0);
  }

  private static OperatorErrorCode code(ParquetDamageException e) {
    return e.isUnsupported()
        ? OperatorErrorCode.PARQUET_UNSUPPORTED
        : OperatorErrorCode.PARQUET_CORRUPT;
  }

  private static Map<String, JsonNode> fields(ImageColumns which, @Nullable Object[] values) {
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof String text) {
        fields.put(which.names().get(i), TextNode.valueOf(text));
      } else if (values[i] instanceof JsonNode json) {
        fields.put(which.names().get(i), json);
      }
    }
    return fields;
  }

  @Override
  public void close() throws IOException {
    if (rows != null) {
      rows.close();
    }
  }
}
