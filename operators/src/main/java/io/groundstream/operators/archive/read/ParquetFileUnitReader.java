package io.groundstream.operators.archive.read;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.groundstream.operators.archive.parquet.ParquetRows;
import io.groundstream.operators.archive.parquet.ParquetRows.ParquetDamageException;
import io.groundstream.operators.archive.parquet.PictureColumns;
import io.groundstream.operators.archive.parquet.PictureColumns.ColumnException;
import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventRecord;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads a Parquet file: an event for each row. A row group that is damaged costs its rows from the
 * damage on, and one dead letter. A part of a file is the row groups that begin in it.
 */
final class ParquetFileUnitReader implements UnitReader {
  private final UnitPart part;
  private final ReadContext context;
  private final RowEvents events;
  private final @Nullable ParquetRows rows;
  private final @Nullable PictureColumns columns;
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
      @Nullable PictureColumns columns,
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
      PictureColumns columns = PictureColumns.find(rows.flatColumns(), context.settings());
      return new ParquetFileUnitReader(part, position, context, rows, columns, null, events);
    } catch (ParquetDamageException e) {
      problem = events.ofFile(OperatorErrorCode.PARQUET_CORRUPT, String.valueOf(e.getMessage()));
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
    // One of the parts tells of it.
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

  private @Nullable ArchivedEvent next(ParquetRows from, PictureColumns which) throws IOException {
    @Nullable Object[] values = new Object[which.wanted().size()];
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
                  OperatorErrorCode.PARQUET_CORRUPT,
                  at,
                  "rows " + at + " to " + (rowOfNextGroup - 1) + ", row group " + group,
                  String.valueOf(e.getMessage())),
              new PartPosition(from.offsetOf(group), rowOfNextGroup, 0));
        }
      }
    }
  }

  /** Goes on with the next row group of this part that has rows to be read. */
  private boolean nextGroup(ParquetRows from, PictureColumns which)
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
        from.startGroup(group, which.wanted());
        return true;
      }
      row = rowOfNextGroup;
    }
    return false;
  }

  /** Remembers the identifiers of a row group all of which was read before. */
  private void passGroup(ParquetRows from, PictureColumns which)
      throws IOException, ParquetDamageException {
    int id = which.names().indexOf(context.settings().idColumn());
    if (id < 0) {
      return;
    }
    from.startGroup(group, List.of(which.wanted().get(id)));
    @Nullable Object[] value = new Object[1];
    while (from.next(value)) {
      if (value[0] instanceof String text) {
        events.pass(Map.of(which.names().get(id), TextNode.valueOf(text)));
      }
    }
  }

  private ArchivedEvent event(ParquetRows from, PictureColumns which, @Nullable Object[] values) {
    long number = row;
    row++;
    String where = "row " + number;
    Map<String, JsonNode> fields = fields(which, values);
    String idColumn = context.settings().idColumn();
    Object image = which.image() < 0 ? null : values[which.image()];
    EventRecord event;
    if (image instanceof byte[] bytes && bytes.length > context.maxPictureBytes()) {
      event = events.tooLarge(number, where, fields, context.tooLarge(bytes.length + " bytes"));
    } else if (image == null && !fields.containsKey(context.settings().uriColumn())) {
      event =
          events.broken(
              number,
              where,
              "no picture (expected: a value in "
                  + (which.image() < 0
                      ? context.settings().uriColumn()
                      : which.names().get(which.image()))
                  + ")");
    } else if (which.names().contains(idColumn) && !fields.containsKey(idColumn)) {
      event = events.broken(number, where, idColumn + ": null (expected: an identifier)");
    } else {
      byte[] bytes = image instanceof byte[] picture ? picture : null;
      context.counts().bytesRead().inc(bytes == null ? 0 : bytes.length);
      event = events.of(number, where, fields, bytes);
    }
    context.counts().entriesRead().inc();
    return new ArchivedEvent(event, new PartPosition(from.offsetOf(group), row, 0));
  }

  private static Map<String, JsonNode> fields(PictureColumns which, @Nullable Object[] values) {
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    for (int i = 0; i < values.length; i++) {
      if (values[i] instanceof String text) {
        fields.put(which.names().get(i), TextNode.valueOf(text));
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
