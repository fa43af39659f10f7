package io.groundstream.operators.index;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Compares an index's mapping with the one that documents need. */
final class MappingCheck {
  private MappingCheck() {}

  /**
   * Returns what does not fit, one line each; fields that the index has beyond are fine.
   *
   * @param wanted the {@code properties} that documents need
   * @param is those of the index
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

  /** Objects have no type of their own; texts are told apart by their analyzers. */
  private static String type(JsonNode field) {
    String type = field.path("type").asText("object");
    String analyzer = field.path("analyzer").asText("");
    return analyzer.isEmpty() ? type : type + " with analyzer " + analyzer;
  }
}
