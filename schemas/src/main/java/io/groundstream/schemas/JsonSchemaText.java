package io.groundstream.schemas;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import org.apache.avro.JsonProperties;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Writes the JSON Schema of a contract, of the draft that most tools know. No property is required,
 * since earlier records lack the properties of later versions: an absent one has its default.
 * Objects may have further properties, since later versions have more.
 */
final class JsonSchemaText {
  private static final String DRAFT = "http://json-schema.org/draft-07/schema#";
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final DefaultPrettyPrinter PRETTY =
      new DefaultPrettyPrinter().withArrayIndenter(new DefaultIndenter("  ", "\n"));

  private JsonSchemaText() {}

  /** Returns the text: indented, with documentation, ending in one newline. */
  static String of(Schema contract) {
    ObjectNode schema = JSON.createObjectNode();
    schema.put("$schema", DRAFT);
    schema.put("title", contract.getName());
    object(schema, contract);
    ObjectNode definitions = schema.putObject("definitions");
    ContractTypes.inner(contract)
        .forEach((name, inner) -> object(definitions.putObject(name), inner));
    try {
      return JSON.writer(PRETTY.withObjectIndenter(new DefaultIndenter("  ", "\n")))
              .writeValueAsString(schema)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException("a tree can be written", e);
    }
  }

  private static void object(ObjectNode object, Schema record) {
    object.put("description", record.getDoc());
    object.put("type", "object");
    ObjectNode properties = object.putObject("properties");
    for (Schema.Field field : record.getFields()) {
      ObjectNode property = properties.putObject(field.name());
      property.put("description", field.doc());
      type(property, field.schema());
      JsonNode value = defaultOf(field);
      if (value != null) {
        property.set("default", value);
      }
    }
  }

  private static @Nullable JsonNode defaultOf(Schema.Field field) {
    if (ContractTypes.isTime(field.schema())) {
      // Every record has its time; 1970 would say nothing.
      return null;
    }
    return JSON.valueToTree(
        field.defaultVal() == JsonProperties.NULL_VALUE ? null : field.defaultVal());
  }

  private static void type(ObjectNode target, Schema schema) {
    if (!ContractTypes.isOptional(schema)) {
      present(target, schema);
      return;
    }
    Schema present = ContractTypes.present(schema);
    if (present.getType() == Schema.Type.RECORD) {
      target.putArray("oneOf").add(nullType()).addObject().put("$ref", reference(present));
      return;
    }
    present(target, present);
    String type = target.path("type").asText();
    target.putArray("type").add("null").add(type);
  }

  private static ObjectNode nullType() {
    return JSON.createObjectNode().put("type", "null");
  }

  private static void present(ObjectNode target, Schema schema) {
    if (ContractTypes.isTime(schema)) {
      target.put("type", "string").put("format", "date-time");
      return;
    }
    switch (schema.getType()) {
      case RECORD -> target.put("$ref", reference(schema));
      case ARRAY -> {
        target.put("type", "array");
        type(target.putObject("items"), schema.getElementType());
      }
      case MAP -> {
        target.put("type", "object");
        type(target.putObject("additionalProperties"), schema.getValueType());
      }
      case STRING -> target.put("type", "string");
      case BYTES -> target.put("type", "string").put("contentEncoding", "base64");
      case INT, LONG -> target.put("type", "integer");
      case DOUBLE -> target.put("type", "number");
      case BOOLEAN -> target.put("type", "boolean");
      case FLOAT, ENUM, FIXED, UNION, NULL -> throw ContractTypes.unknown(schema);
    }
  }

  private static String reference(Schema record) {
    return "#/definitions/" + record.getName();
  }
}
