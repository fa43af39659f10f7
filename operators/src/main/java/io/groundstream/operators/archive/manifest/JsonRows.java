package io.groundstream.operators.archive.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads JSON objects, one per line. For one thread. */
public final class JsonRows implements ManifestRows {
  private static final String BYTE_ORDER_MARK = "\uFEFF";

  /** Rejects anything after the object in its line. */
  public static final ObjectMapper JSON =
      ArchiveJson.mapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final LineInput lines;
  private final int maxBytes;

  /** The first line, which was already read to check the format. */
  private @Nullable Line first;

  /**
   * Reads a file from its beginning.
   *
   * @param maxBytes the most bytes that a line may have
   * @throws ManifestFormatException if it is one JSON document instead of one object per line
   */
  public static JsonRows fromBeginning(InputStream in, int maxBytes)
      throws IOException, ManifestFormatException {
    JsonRows rows = new JsonRows(in, 0, 0, maxBytes);
    Line line = rows.lines.next();
    while (line != null && line.bytes() != null && isBlank(line.bytes())) {
      line = rows.lines.next();
    }
    rows.first = line;
    byte[] bytes = line == null ? null : line.bytes();
    String text = bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    text = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1).strip() : text.strip();
    if (text.startsWith("[") || text.equals("{")) {
      throw new ManifestFormatException(
          (text.startsWith("[") ? "one JSON list" : "one JSON object over many lines")
              + " (expected: one JSON object per line; jq -c '.[]' makes lines of a list, and"
              + " pandas writes them with orient=\"records\", lines=True)");
    }
    return rows;
  }

  /**
   * Reads a file from an offset on.
   *
   * @param in the content, at offset {@code position}
   * @param linesBefore the number of lines before that offset
   * @param maxBytes the most bytes that a line may have
   */
  public JsonRows(InputStream in, long position, long linesBefore, int maxBytes) {
    this.lines = new LineInput(in, position, linesBefore, maxBytes);
    this.maxBytes = maxBytes;
  }

  @Override
  public @Nullable ManifestRow next() throws IOException {
    while (true) {
      Line line = first == null ? lines.next() : first;
      first = null;
      if (line == null) {
        return null;
      }
      byte[] bytes = line.bytes();
      if (bytes == null) {
        return ManifestRow.broken(line, tooLong(maxBytes));
      }
      if (!isBlank(bytes)) {
        return row(line, bytes);
      }
    }
  }

  static String tooLong(int maxBytes) {
    return "more than " + maxBytes + " bytes (expected: at most that, archive.max-sidecar-bytes)";
  }

  static boolean isBlank(byte[] bytes) {
    for (byte value : bytes) {
      if (value != ' ' && value != '\t') {
        return false;
      }
    }
    return true;
  }

  private static ManifestRow row(Line line, byte[] bytes) throws IOException {
    JsonNode node;
    try {
      node = JSON.readTree(bytes);
    } catch (JsonProcessingException e) {
      return ManifestRow.broken(
          line, "not JSON (expected: one JSON object per line): " + e.getOriginalMessage());
    } catch (IOException e) {
      return ManifestRow.broken(line, "not UTF-8 (expected: JSON in UTF-8): " + e.getMessage());
    }
    if (!node.isObject()) {
      return ManifestRow.broken(line, node.getNodeType() + " (expected: a JSON object)");
    }
    Map<String, JsonNode> fields = new LinkedHashMap<>();
    node.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
    return new ManifestRow(line.number(), line.offset(), fields, null);
  }

  @Override
  public long position() {
    return first == null ? lines.position() : first.offset();
  }

  @Override
  public long lines() {
    return first == null ? lines.lines() : first.number() - 1;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
