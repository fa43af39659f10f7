package io.groundstream.operators.archive.read;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.operators.archive.manifest.CsvRows;
import io.groundstream.operators.archive.manifest.CsvRows.HeaderException;
import io.groundstream.operators.archive.manifest.JsonRows;
import io.groundstream.operators.archive.manifest.ManifestRow;
import io.groundstream.operators.archive.manifest.ManifestRows;
import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.archive.plan.UnitFormat;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventRecord;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/** Reads a manifest: an event for each row, which refers to its picture by a URI. */
final class ManifestReader implements UnitReader {
  private final UnitPart part;
  private final ReadContext context;
  private final RowEvents events;
  private final @Nullable ManifestRows rows;
  private final long resumeOffset;
  private @Nullable String problem;
  private boolean foundNothing;
  private boolean ended;

  private ManifestReader(
      UnitPart part,
      PartPosition position,
      ReadContext context,
      @Nullable ManifestRows rows,
      @Nullable String problem) {
    this.part = part;
    this.context = context;
    this.rows = rows;
    this.problem = problem;
    this.events = new RowEvents(part, context.settings(), OperatorErrorCode.MANIFEST_LINE_INVALID);
    this.resumeOffset = position.offset();
    this.ended = position.isEnd();
    this.foundNothing = !part.cut() && position.equals(PartPosition.startOf(part));
  }

  static ManifestReader open(UnitPart part, PartPosition position, ReadContext context)
      throws IOException {
    int maxBytes = context.settings().maxSidecarBytes();
    Path path = new Path(part.unit().path());
    FSDataInputStream in = LocalFiles.openRegular(path);
    try {
      if (part.unit().format() == UnitFormat.JSON_LINES) {
        in.seek(part.start());
        return new ManifestReader(
            part,
            position,
            context,
            new JsonRows(in, part.start(), part.entriesBefore(), maxBytes),
            null);
      }
      CsvRows rows = CsvRows.fromBeginning(in, maxBytes);
      String problem = headerProblem(rows.header(), context.settings().uriColumn());
      if (problem == null && part.start() > 0) {
        in.seek(part.start());
        rows = CsvRows.goingOn(in, part.start(), part.entriesBefore(), maxBytes, rows.header());
      }
      return new ManifestReader(part, position, context, rows, problem);
    } catch (HeaderException e) {
      in.close();
      return new ManifestReader(part, position, context, null, e.getMessage());
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
  }

  private static @Nullable String headerProblem(List<String> header, String uriColumn) {
    return header.contains(uriColumn)
        ? null
        : "line 1: "
            + header
            + " (expected: also "
            + uriColumn
            + ", which archive.uri-column says has the URIs)";
  }

  @Override
  public @Nullable ArchivedEvent next() throws IOException {
    if (ended) {
      return null;
    }
    if (problem != null || rows == null) {
      return last(OperatorErrorCode.MANIFEST_INVALID, String.valueOf(problem));
    }
    while (true) {
      ManifestRow row = rows.next();
      if (row == null || row.offset() >= part.end()) {
        ended = true;
        return foundNothing
            ? last(OperatorErrorCode.MANIFEST_INVALID, "it has no rows (expected: some)")
            : null;
      }
      foundNothing = false;
      Map<String, JsonNode> fields = row.fields();
      if (row.offset() < resumeOffset) {
        if (fields != null) {
          events.pass(fields);
        }
        continue;
      }
      String where = "line " + row.line();
      EventRecord event =
          fields == null
              ? events.broken(row.line(), where, String.valueOf(row.problem()))
              : events.of(row.line(), where, fields, null);
      context.counts().entriesRead().inc();
      context.counts().bytesRead().inc(rows.position() - row.offset());
      return new ArchivedEvent(event, new PartPosition(rows.position(), rows.lines(), 0));
    }
  }

  private ArchivedEvent last(OperatorErrorCode code, String message) {
    ended = true;
    context.counts().entriesRead().inc();
    return new ArchivedEvent(events.ofFile(code, message), PartPosition.endOf(part));
  }

  @Override
  public void close() throws IOException {
    if (rows != null) {
      rows.close();
    }
  }
}
