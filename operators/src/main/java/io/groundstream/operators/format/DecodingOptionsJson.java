package io.groundstream.operators.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.avro.DecodingOptions;
import io.groundstream.operators.format.RequestsJson.RequestsException;
import io.groundstream.schemas.text.Texts;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/** Reads a request's {@link DecodingOptions} from a JSON object with the names of the fields. */
final class DecodingOptionsJson {
  private static final int LONGEST_SHOWN = 100;

  /** More than any list may have, whose limits the model checks. */
  private static final int MOST_TEXTS = 1000;

  private DecodingOptionsJson() {}

  /** Returns the options; null if they are absent or null. */
  static @Nullable DecodingOptions options(JsonNode object) throws RequestsException {
    if (object.isMissingNode() || object.isNull()) {
      return null;
    }
    if (!object.isObject()) {
      throw new RequestsException("options: " + object.getNodeType() + " (expected: an object)");
    }
    DecodingOptions options = DecodingOptions.newBuilder().build();
    for (var member : object.properties()) {
      Schema.Field field = DecodingOptions.SCHEMA$.getField(member.getKey());
      if (field == null) {
        throw new RequestsException(
            "options: "
                + Texts.shortened(member.getKey(), LONGEST_SHOWN)
                + " (expected: a decoding option, such as beams)");
      }
      if (!member.getValue().isNull()) {
        options.put(field.pos(), value(field, member.getValue()));
      }
    }
    return options;
  }

  /** Returns the options that are set as a JSON object, which {@link #options} reads. */
  static ObjectNode object(DecodingOptions options) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    for (Schema.Field field : DecodingOptions.SCHEMA$.getFields()) {
      Object value = options.get(field.pos());
      if (value instanceof List<?> texts) {
        ArrayNode list = object.putArray(field.name());
        texts.forEach(text -> list.add(String.valueOf(text)));
      } else if (value instanceof Integer number) {
        object.put(field.name(), number);
      } else if (value instanceof Long number) {
        object.put(field.name(), number);
      } else if (value instanceof Double number) {
        object.put(field.name(), number);
      } else if (value instanceof String text) {
        object.put(field.name(), text);
      }
    }
    return object;
  }

  private static Object value(Schema.Field field, JsonNode value) throws RequestsException {
    // A list has no null; everything else is a union of null and one type.
    Schema.Type type =
        field.schema().isUnion()
            ? field.schema().getTypes().get(1).getType()
            : field.schema().getType();
    if (type == Schema.Type.INT && value.canConvertToExactIntegral() && value.canConvertToInt()) {
      return value.intValue();
    } else if (type == Schema.Type.LONG
        && value.canConvertToExactIntegral()
        && value.canConvertToLong()) {
      return value.longValue();
    } else if (type == Schema.Type.DOUBLE && value.isNumber()) {
      return value.doubleValue();
    } else if (type == Schema.Type.STRING && value.isTextual()) {
      return value.textValue();
    } else if (type == Schema.Type.ARRAY && value.isArray() && value.size() <= MOST_TEXTS) {
      return texts(field, value);
    }
    throw wrong(
        field,
        value,
        switch (type) {
          case ARRAY -> "a list of texts";
          case STRING -> "a text";
          case DOUBLE -> "a number";
          default -> "an integer";
        });
  }

  private static List<String> texts(Schema.Field field, JsonNode list) throws RequestsException {
    List<String> texts = new ArrayList<>();
    for (JsonNode text : list) {
      if (!text.isTextual()) {
        throw wrong(field, text, "texts");
      }
      texts.add(text.textValue());
    }
    return texts;
  }

  private static RequestsException wrong(Schema.Field field, JsonNode value, String expected) {
    return new RequestsException(
        "options: "
            + field.name()
            + ": "
            + Texts.shortened(value.toString(), LONGEST_SHOWN)
            + " (expected: "
            + expected
            + ")");
  }
}
