package io.groundstream.operators.index;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compares the mapping of an index with the mapping that documents need. */
final class MappingCheck {
  private MappingCheck() {}

  /**
   * Returns the differences, one line each; additional fields of the index are fine.
   *
   * @param wanted the {@code properties} that documents need
   * @param is the {@code properties} of the index
   */
  static List<String> clashes(JsonNode wanted, JsonNode is) {
    List<String> clashes = new ArrayList<>();
    compare("", wanted, is, clashes);
    return clashes;
  }

  private static void compare(String prefix, JsonNode wanted, JsonNode is, List<String> clashes) {
    for (Map.Entry<String, JsonNode> field : wanted.properties()) {
      String name = prefix + field.getKey();
      JsonNode other = is.path(field.getKey());
      if (other.isMissingNode()) {
        clashes.add(name + " is missing (expected: " + type(field.getValue()) + ")");
      } else if (!type(other).equals(type(field.getValue()))) {
        clashes.add(name + " is " + type(other) + " (expected: " + type(field.getValue()) + ")");
      } else {
        compare(name + ".", field.getValue().path("properties"), other.path("properties"), clashes);
      }
    }
  }

  /** Objects have no explicit type; texts differ by their analyzers. */
  private static String type(JsonNode field) {
    String type = field.path("type").asText("object");
    String analyzer = field.path("analyzer").asText("");
    return analyzer.isEmpty() ? type : type + " with analyzer " + analyzer;
  }
}
