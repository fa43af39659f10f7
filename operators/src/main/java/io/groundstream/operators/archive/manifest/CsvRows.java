package io.groundstream.operators.archive.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Comma-separated values as RFC 4180 has them, with a header. Quoted fields may hold line breaks.
 *
 * <p>A line that is broken costs itself alone: when a quote that it opens leads nowhere, reading
 * goes on with the line after it. For one thread.
 */
public final class CsvRows implements ManifestRows {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final LineInput lines;
  private final int maxBytes;

  /** Lines that were taken for a part of a row, and are not. */
  private final Deque<Line> returned = new ArrayDeque<>();

  private List<String> header = List.of();

  /** The header is not one that rows could have. */
  public static final class HeaderException extends Exception {
    private static final long serialVersionUID = 1L;

    HeaderException(String message) {
      super(message);
    }
  }

  private CsvRows(InputStream in, long position, long linesBefore, int maxBytes) {
    this.lines = new LineInput(in, position, linesBefore, maxBytes);
    this.maxBytes = maxBytes;
  }

  /**
   * Reads the header at the beginning of a file, and then its rows.
   *
   * @param maxBytes the most bytes that a row may have
   * @throws HeaderException if the first line is none
   */
  public static CsvRows fromBeginning(InputStream in, int maxBytes)
      throws IOException, HeaderException {
    CsvRows rows = new CsvRows(in, 0, 0, maxBytes);
    rows.readHeader();
    return rows;
  }

  /**
   * Returns the rows from some offset on.
   *
   * @param in at the offset {@code position}
   * @param linesBefore how many lines are before that
   */
  public static CsvRows goingOn(
      InputStream in, long position, long linesBefore, int maxBytes, List<String> header) {
    CsvRows rows = new CsvRows(in, position, linesBefore, maxBytes);
    rows.header = List.copyOf(header);
    return rows;
  }

  /** Returns the names of the columns. */
  public List<String> header() {
    return header;
  }

  private void readHeader() throws IOException, HeaderException {
    Line line = lines.next();
    byte[] bytes = line == null ? null : line.bytes();
    if (bytes == null) {
      throw new HeaderException(
          line == null
              ? "it is empty (expected: a header with the names of the columns)"
              : "line 1: " + JsonRows.tooLong(maxBytes));
    }
    String text = text(bytes);
    List<String> names = text == null ? null : fields(withoutMark(text));
    if (names == null || names.stream().anyMatch(String::isBlank)) {
      throw new HeaderException("line 1: no header (expected: the names of the columns)");
    }
    if (new HashSet<>(names).size() < names.size()) {
      throw new HeaderException("line 1: " + names + " (expected: different names)");
    }
    header = List.copyOf(names);
  }

  private static String withoutMark(String text) {
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
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
        return row(line, bytes);
      }
    }
  }

  private @Nullable Line line() throws IOException {
    Line line = returned.poll();
    return line == null ? lines.next() : line;
  }

  private ManifestRow row(Line first, byte[] firstBytes) throws IOException {
    boolean open = isOdd(firstBytes);
    List<Line> more = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    String decoded = text(firstBytes);
    if (decoded == null) {
      return ManifestRow.broken(first, "no text in UTF-8 (expected: that)");
    }
    text.append(decoded);
    while (open) {
      Line line = line();
      byte[] bytes = line == null ? null : line.bytes();
      if (line != null) {
        more.add(line);
      }
      String next = bytes == null ? null : text(bytes);
      if (bytes == null || next == null || text.length() + next.length() > maxBytes) {
        return giveBack(first, more, "a quote that is not closed (expected: two, or none)");
      }
      text.append('\n').append(next);
      open = !isOdd(bytes);
    }
    List<String> values = fields(text.toString());
    if (values == null) {
      return giveBack(
          first, more, "a quote within a field (expected: around the field, and doubled in it)");
    }
    if (values.size() != header.size()) {
      return giveBack(
          first, more, values.size() + " fields (expected: " + header.size() + ", as the header)");
    }
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    for (int i = 0; i < values.size(); i++) {
      fields.put(header.get(i), TextNode.valueOf(values.get(i)));
    }
    return new ManifestRow(first.number(), first.offset(), fields, null);
  }

  private ManifestRow giveBack(Line first, List<Line> more, String problem) {
    for (int i = more.size() - 1; i >= 0; i--) {
      returned.addFirst(more.get(i));
    }
    return ManifestRow.broken(first, problem);
  }

  /** Returns the fields of a row, or null if a quote is where none may be. */
  private static @Nullable List<String> fields(String row) {
    List<String> fields = new ArrayList<>();
    int at = 0;
    while (true) {
      StringBuilder field = new StringBuilder();
      if (at < row.length() && row.charAt(at) == '"') {
        at = quoted(row, at + 1, field);
        if (at < 0 || (at < row.length() && row.charAt(at) != ',')) {
          return null;
        }
      } else {
        while (at < row.length() && row.charAt(at) != ',') {
          if (row.charAt(at) == '"') {
            return null;
          }
          field.append(row.charAt(at));
          at++;
        }
      }
      fields.add(field.toString());
      if (at == row.length()) {
        return fields;
      }
      at++;
    }
  }

  /** Returns the place after the closing quote, or -1 if there is none. */
  private static int quoted(String row, int from, StringBuilder field) {
    int at = from;
    while (at < row.length()) {
      char c = row.charAt(at);
      at++;
      if (c != '"') {
        field.append(c);
      } else if (at < row.length() && row.charAt(at) == '"') {
        field.append('"');
        at++;
      } else {
        return at;
      }
    }
    return -1;
  }

  private static boolean isOdd(byte[] bytes) {
    boolean odd = false;
    for (byte value : bytes) {
      odd ^= value == '"';
    }
    return odd;
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
