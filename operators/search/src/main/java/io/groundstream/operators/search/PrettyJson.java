package io.groundstream.operators.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** JSON for people: a value that fits on a line takes one, others take one for each part. */
final class PrettyJson {
  private static final int WIDTH = 96;

  private PrettyJson() {}

  static String print(JsonNode json) {
    return print(json, 0, 0);
  }

  /** Returns the value's lines without its first indentation; {@code used} is what precedes it. */
  private static String print(JsonNode json, int indentation, int used) {
    String line = line(json);
    if (json.isValueNode() || json.isEmpty() || indentation + used + line.length() <= WIDTH) {
      return line;
    }
    String inner = "\n" + " ".repeat(indentation + 2);
    List<String> parts = new ArrayList<>();
    if (json.isArray()) {
      json.forEach(element -> parts.add(print(element, indentation + 2, 0)));
    } else {
      for (Map.Entry<String, JsonNode> field : json.properties()) {
        String name = TextNode.valueOf(field.getKey()) + ": ";
        parts.add(name + print(field.getValue(), indentation + 2, name.length()));
      }
    }
    return (json.isArray() ? "[" : "{")
        + inner
        + String.join("," + inner, parts)
        + "\n"
        + " ".repeat(indentation)
        + (json.isArray() ? "]" : "}");
  }

  private static String line(JsonNode json) {
    if (json.isValueNode()) {
      return json.toString();
    }
    List<String> parts = new ArrayList<>();
    if (json.isArray()) {
      json.forEach(element -> parts.add(line(element)));
      return "[" + String.join(", ", parts) + "]";
    }
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      parts.add(TextNode.valueOf(field.getKey()) + ": " + line(field.getValue()));
    }
    return "{" + String.join(", ", parts) + "}";
  }
}
