package io.groundstream.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Compares the texts of schemas that are not Avro. The text of one schema varies in white space and
 * documentation, as tools change or drop them.
 */
final class SchemaTexts {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> DOCUMENTATION = List.of("description", "title", "$comment");
  private static final Pattern COMMENTS = Pattern.compile("//[^\n]*|(?s:/\\*.*?\\*/)");
  private static final Pattern SPACE = Pattern.compile("\\s+");

  private SchemaTexts() {}

  /** Returns whether two schemas of the same type differ in white space and documentation only. */
  static boolean isSame(SchemaText one, SchemaText other) {
    if (one.type() != other.type()) {
      return false;
    }
    return switch (one.type()) {
      case AVRO, JSON -> json(one.text()).equals(json(other.text()));
      case PROTOBUF -> protobuf(one.text()).equals(protobuf(other.text()));
    };
  }

  private static JsonNode json(String text) {
    try {
      JsonNode schema = JSON.readTree(text);
      withoutDocumentation(schema);
      return schema;
    } catch (JsonProcessingException e) {
      return JSON.getNodeFactory().textNode(text);
    }
  }

  private static void withoutDocumentation(JsonNode schema) {
    if (schema instanceof ObjectNode object) {
      // A property of such a name has an object as its schema, and stays.
      DOCUMENTATION.stream().filter(name -> object.path(name).isTextual()).forEach(object::remove);
    }
    schema.forEach(SchemaTexts::withoutDocumentation);
  }

  private static String protobuf(String text) {
    // Our own files have no strings that contain comments.
    return SPACE.matcher(COMMENTS.matcher(text).replaceAll("")).replaceAll("");
  }
}
