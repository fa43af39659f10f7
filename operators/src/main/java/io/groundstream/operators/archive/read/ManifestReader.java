package io.groundstream.operators.archive.read;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.groundstream.operators.archive.columns.ColumnException;
import io.groundstream.operators.archive.columns.ImageNames;
import io.groundstream.operators.archive.compress.Compression;
import io.groundstream.operators.archive.compress.CompressionException;
import io.groundstream.operators.archive.manifest.CsvDialect;
import io.groundstream.operators.archive.manifest.CsvRows;
import io.groundstream.operators.archive.manifest.JsonRows;
import io.groundstream.operators.archive.manifest.ManifestFormatException;
import io.groundstream.operators.archive.manifest.ManifestRow;
import io.groundstream.operators.archive.manifest.ManifestRows;
import io.groundstream.operators.archive.manifest.ManifestText;
import io.groundstream.operators.archive.plan.PartPosition;
import io.groundstream.operators.archive.plan.UnitFormat;
import io.groundstream.operators.archive.plan.UnitPart;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventRecord;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/** Reads a manifest: one event per row, which refers to its image by URI. */
final class ManifestReader implements UnitReader {
  private final UnitPart part;
  private final ReadContext context;
  private final RowEvents events;
  private final ImageNames images;
  private final @Nullable ManifestRows rows;

  /** The column that refers to images; null if each line has its own fields. */
  private final @Nullable String reference;

  private final long resumeOffset;
  private @Nullable String problem;
  private boolean foundNothing;
  private boolean ended;

  private ManifestReader(
      UnitPart part,
      PartPosition position,
      ReadContext context,
      @Nullable ManifestRows rows,
      @Nullable String reference,
      @Nullable String problem) {
    this.part = part;
    this.images = ImageNames.of(context.settings(), part.unit().name());
    this.reference = reference;
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
    CsvDialect dialect = CsvDialect.of(context.settings(), part.unit().name());
    FSDataInputStream in = LocalFiles.openRegular(path);
    try {
      Compression compression = Compression.of(in);
      InputStream text =
          part.start() == 0
              ? ManifestText.open(compression.open(in, context.settings().decompression())).in()
              : in;
      if (part.unit().format() == UnitFormat.JSON_LINES) {
        if (part.start() > 0) {
          in.seek(part.start());
        }
        JsonRows rows =
            part.start() == 0
                ? JsonRows.fromBeginning(text, maxBytes)
                : new JsonRows(text, part.start(), part.entriesBefore(), maxBytes);
        return new ManifestReader(part, position, context, rows, null, null);
      }
      CsvRows rows = CsvRows.fromBeginning(text, dialect);
      String reference = dialect.images().reference(rows.layout().columns());
      if (reference == null) {
        throw dialect.images().missing(rows.layout().columns());
      }
      if (part.start() > 0) {
        in.seek(part.start());
        rows = CsvRows.goingOn(in, part.start(), part.entriesBefore(), maxBytes, rows.layout());
      }
      return new ManifestReader(part, position, context, rows, reference, null);
    } catch (CompressionException | ManifestFormatException | ColumnException e) {
      in.close();
      return new ManifestReader(part, position, context, null, null, e.getMessage());
    } catch (IOException | RuntimeException e) {
      in.close();
      throw e;
    }
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
      ManifestRow row;
      try {
        row = rows.next();
      } catch (CompressionException e) {
        return last(OperatorErrorCode.MANIFEST_INVALID, String.valueOf(e.getMessage()));
      }
      if (row == null || (part.cut() && row.offset() >= part.end())) {
        ended = true;
        return foundNothing
            ? last(OperatorErrorCode.MANIFEST_INVALID, "it has no rows (expected: at least one)")
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
              : event(row.line(), where, fields);
      context.counts().entriesRead().inc();
      context.counts().bytesRead().inc(rows.position() - row.offset());
      return new ArchivedEvent(event, new PartPosition(rows.position(), rows.lines(), 0));
    }
  }

  private EventRecord event(long line, String where, Map<String, JsonNode> fields) {
    try {
      String found =
          reference == null
              ? images.reference(fields.keySet(), name -> !(fields.get(name) instanceof NullNode))
              : reference;
      if (found == null) {
        return events.broken(
            line, where, String.valueOf(images.missing(fields.keySet()).getMessage()));
      }
      if (fields.get(found) instanceof ArrayNode) {
        return events.broken(
            line, where, found + ": a list of images (expected: one image per line)");
      }
      return events.ofReference(line, where, fields, found);
    } catch (ColumnException e) {
      return events.broken(line, where, String.valueOf(e.getMessage()));
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
