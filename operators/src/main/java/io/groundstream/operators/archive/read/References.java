package io.groundstream.operators.archive.read;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads an image reference from a field: text, or an object with a path or URL. */
final class References {
  private static final List<String> MEMBERS = List.of("path", "url", "uri");

  private References() {}

  /** Returns the path or URI, or null if there is none. */
  static @Nullable String text(JsonNode field) {
    if (field.isTextual()) {
      return field.textValue().isBlank() ? null : field.textValue();
    }
    for (String member : MEMBERS) {
      JsonNode value = field.path(member);
      if (value.isTextual() && !value.textValue().isBlank()) {
        return value.textValue();
      }
    }
    return null;
  }
}
