package io.groundstream.operators.archive.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of a manifest.
 *
 * @param line the number of its first line, from 1
 * @param offset the offset of its first byte
 * @param fields its fields by name; text where the format has no types; null if the row is broken
 * @param problem what is wrong with the row; null if it is sound
 */
public record ManifestRow(
    long line, long offset, @Nullable Map<String, JsonNode> fields, @Nullable String problem) {
  static ManifestRow broken(Line line, String problem) {
    return new ManifestRow(line.number(), line.offset(), null, problem);
  }
}
