package io.groundstream.operators.archive.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.groundstream.operators.archive.columns.ColumnException;
import io.groundstream.operators.archive.columns.ImageNames;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads comma-separated values with a header, as pandas, Excel, R and DuckDB write them; {@link
 * CsvLayout} describes how these differ. Quoted fields may hold line breaks. Fields missing at the
 * end of a row are absent; fields beyond the header must be empty.
 *
 * <p>A broken line affects no other: if a quote that it opens is never closed, reading continues
 * with the line after it. For one thread.
 */
public final class CsvRows implements ManifestRows {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  /** How many bytes are searched for the end of the first line, to detect the line separator. */
  private static final int BEGINNING_BYTES = 64 * 1024;

  private final LineInput lines;
  private final int maxBytes;

  /** Lines that were read as part of a broken row, to be read again. */
  private final Deque<Line> returned = new ArrayDeque<>();

  private CsvLayout layout;

  private CsvRows(InputStream in, long position, long linesBefore, int maxBytes, CsvLayout layout) {
    this.lines = new LineInput(in, position, linesBefore, maxBytes, layout.carriageReturns());
    this.maxBytes = maxBytes;
    this.layout = layout;
  }

  /**
   * Reads the header at the beginning of a file, and then its rows.
   *
   * @throws ManifestFormatException if the first line is not a header
   */
  public static CsvRows fromBeginning(InputStream in, CsvDialect dialect)
      throws IOException, ManifestFormatException {
    byte[] beginning = in.readNBytes(BEGINNING_BYTES);
    CsvRows rows =
        new CsvRows(
            new SequenceInputStream(new ByteArrayInputStream(beginning), in),
            0,
            0,
            dialect.maxBytes(),
            new CsvLayout(',', endsWithReturns(beginning), List.of()));
    rows.readHeader(dialect);
    return rows;
  }

  /**
   * Returns the rows from an offset on.
   *
   * @param in the content, at offset {@code position}
   * @param linesBefore the number of lines before that offset
   */
  public static CsvRows goingOn(
      InputStream in, long position, long linesBefore, int maxBytes, CsvLayout layout) {
    return new CsvRows(in, position, linesBefore, maxBytes, layout);
  }

  /** Returns the file's layout, with the names of its columns. */
  public CsvLayout layout() {
    return layout;
  }

  /** Returns whether the first line break outside quotes is a carriage return alone. */
  private static boolean endsWithReturns(byte[] beginning) {
    boolean quoted = false;
    for (int i = 0; i < beginning.length; i++) {
      quoted ^= beginning[i] == '"';
      if (!quoted && beginning[i] == '\n') {
        return false;
      }
      if (!quoted && beginning[i] == '\r') {
        return i + 1 < beginning.length && beginning[i + 1] != '\n';
      }
    }
    return false;
  }

  private void readHeader(CsvDialect dialect) throws IOException, ManifestFormatException {
    Line first = headerLine();
    String text = headerText(first);
    Character excel = CsvLayout.excelDelimiter(text);
    if (excel != null) {
      first = headerLine();
      text = headerText(first);
    }
    Character configured = dialect.delimiter();
    char delimiter =
        configured != null
            ? configured
            : excel != null ? excel : CsvLayout.delimiter(text, dialect.images());
    layout = new CsvLayout(delimiter, layout.carriageReturns(), List.of());
    String where = "line " + first.number() + ": ";
    Raw header = raw(text);
    List<String> cells = header.fields();
    if (cells == null || cells.stream().allMatch(String::isBlank)) {
      throw new ManifestFormatException(where + "no header (expected: the names of the columns)");
    }
    cells = withRowNames(cells, text);
    refuseDuplicates(cells, dialect, where);
    List<String> columns = CsvLayout.distinct(cells);
    layout = new CsvLayout(delimiter, layout.carriageReturns(), columns);
  }

  private Line headerLine() throws IOException, ManifestFormatException {
    Line line = lines.next();
    while (line != null && line.bytes() != null && JsonRows.isBlank(line.bytes())) {
      line = lines.next();
    }
    if (line == null) {
      throw new ManifestFormatException(
          "it is empty (expected: a header with the names of the columns)");
    }
    return line;
  }

  private String headerText(Line line) throws ManifestFormatException {
    byte[] bytes = line.bytes();
    String text = bytes == null ? null : text(bytes);
    if (text == null) {
      throw new ManifestFormatException(
          "line "
              + line.number()
              + ": "
              + (bytes == null
                  ? JsonRows.tooLong(maxBytes)
                  : "not text in UTF-8 (expected: UTF-8; Excel calls it CSV UTF-8)"));
    }
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
  }

  /** Adds a column for row names: R's write.table leaves their column out of the header. */
  private List<String> withRowNames(List<String> cells, String header) throws IOException {
    Line line = line();
    byte[] bytes = line == null ? null : line.bytes();
    String text = bytes == null ? null : text(bytes);
    List<String> row = null;
    if (line != null && text != null) {
      Raw raw = raw(text);
      row = raw.fields();
      giveBack(raw.more());
      returned.addFirst(line);
    } else if (line != null) {
      returned.addFirst(line);
    }
    if (row == null
        || row.size() != cells.size() + 1
        || row.get(row.size() - 1).isBlank()
        || !header.startsWith("\"")
        || !String.valueOf(text).startsWith("\"")) {
      return cells;
    }
    List<String> all = new ArrayList<>();
    all.add("");
    all.addAll(cells);
    return all;
  }

  private static void refuseDuplicates(List<String> cells, CsvDialect dialect, String where)
      throws ManifestFormatException {
    List<String> names = cells.stream().map(String::strip).toList();
    List<String> used = new ArrayList<>(dialect.others());
    try {
      String reference = dialect.images().reference(names);
      if (reference != null) {
        used.add(reference);
      }
    } catch (ColumnException e) {
      throw new ManifestFormatException(where + e.getMessage());
    }
    for (String name : used) {
      if (Collections.frequency(names, name) > 1) {
        throw new ManifestFormatException(
            where
                + ImageNames.shown(names)
                + ": "
                + name
                + " comes more than once (expected: once)");
      }
    }
  }

  @Override
  public @Nullable ManifestRow next() throws IOException {
    while (true) {
      Line line = line();
      if (line == null) {
        return null;
      }
      byte[] bytes = line.bytes();
      if (bytes == null) {
        return ManifestRow.broken(line, JsonRows.tooLong(maxBytes));
      }
      if (!JsonRows.isBlank(bytes)) {
        ManifestRow row = row(line, bytes);
        if (row != null) {
          return row;
        }
      }
    }
  }

  private @Nullable Line line() throws IOException {
    Line line = returned.poll();
    return line == null ? lines.next() : line;
  }

  /** Returns a row; null for one of only empty fields, as spreadsheets leave below their tables. */
  private @Nullable ManifestRow row(Line first, byte[] firstBytes) throws IOException {
    String text = text(firstBytes);
    if (text == null) {
      return ManifestRow.broken(
          first, "not text in UTF-8 (expected: UTF-8; Excel calls it CSV UTF-8)");
    }
    Raw raw = raw(text);
    List<String> values = raw.fields();
    if (values == null) {
      return ManifestRow.broken(first, String.valueOf(raw.problem()));
    }
    List<String> columns = layout.columns();
    if (values.stream().allMatch(String::isBlank)) {
      return null;
    }
    for (int i = columns.size(); i < values.size(); i++) {
      if (!values.get(i).isBlank()) {
        giveBack(raw.more());
        return ManifestRow.broken(
            first,
            values.size() + " fields (expected: at most " + columns.size() + ", as the header)");
      }
    }
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    for (int i = 0; i < Math.min(values.size(), columns.size()); i++) {
      if (!columns.get(i).isEmpty()) {
        fields.put(columns.get(i), TextNode.valueOf(values.get(i)));
      }
    }
    return new ManifestRow(first.number(), first.offset(), fields, null);
  }

  /**
   * The fields of a row.
   *
   * @param more the lines after the first
   * @param fields the fields; null if the first line is broken, and then the other lines are read
   *     again
   */
  private record Raw(List<Line> more, @Nullable List<String> fields, @Nullable String problem) {}

  private Raw raw(String text) throws IOException {
    CsvParser parser = new CsvParser(layout.delimiter(), /* backslashes= */ false);
    List<Line> more = new ArrayList<>();
    boolean sound = parser.take(text);
    long length = text.length();
    while (sound && parser.isOpen()) {
      Line line = line();
      byte[] bytes = line == null ? null : line.bytes();
      if (line != null) {
        more.add(line);
      }
      String next = bytes == null ? null : text(bytes);
      length += next == null ? 0 : next.length();
      if (next == null || length > maxBytes) {
        return broken(text, more, "a quote that is not closed (expected: two, or none)");
      }
      sound = parser.take(next);
    }
    return sound
        ? new Raw(more, parser.fields(), null)
        : broken(
            text,
            more,
            "a quote within a quoted field (expected: around the field, and doubled in it)");
  }

  /**
   * Returns a broken line, unless it parses with quotes after backslashes, as Spark writes them.
   */
  private Raw broken(String text, List<Line> more, String problem) {
    giveBack(more);
    if (text.contains("\\\"")) {
      CsvParser parser = new CsvParser(layout.delimiter(), /* backslashes= */ true);
      if (parser.take(text) && !parser.isOpen()) {
        return new Raw(List.of(), parser.fields(), null);
      }
    }
    return new Raw(List.of(), null, problem);
  }

  private void giveBack(List<Line> more) {
    for (int i = more.size() - 1; i >= 0; i--) {
      returned.addFirst(more.get(i));
    }
  }

  private static @Nullable String text(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  @Override
  public long position() {
    Line next = returned.peek();
    return next == null ? lines.position() : next.offset();
  }

  @Override
  public long lines() {
    Line next = returned.peek();
    return next == null ? lines.lines() : next.number() - 1;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
