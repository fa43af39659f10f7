package io.groundstream.operators.archive.manifest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON objects, one a line. For one thread. */
public final class JsonRows implements ManifestRows {
  /** Refuses whatever follows an object in its line. */
  public static final ObjectMapper JSON =
      ArchiveJson.mapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private final LineInput lines;
  private final int maxBytes;

  /**
   * @param in at the offset {@code position}
   * @param linesBefore how many lines are before that
   * @param maxBytes the most bytes that a line may have
   */
  public JsonRows(InputStream in, long position, long linesBefore, int maxBytes) {
    this.lines = new LineInput(in, position, linesBefore, maxBytes);
    this.maxBytes = maxBytes;
  }

  @Override
  public @Nullable ManifestRow next() throws IOException {
    while (true) {
      Line line = lines.next();
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
          line, "no JSON (expected: one JSON object a line): " + e.getOriginalMessage());
    } catch (IOException e) {
      return ManifestRow.broken(line, "no UTF-8 (expected: JSON in UTF-8): " + e.getMessage());
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
    return lines.position();
  }

  @Override
  public long lines() {
    return lines.lines();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
