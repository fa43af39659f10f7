package io.groundstream.operators.format;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.format.JsonFieldSettings.Pointers;
import io.groundstream.schemas.text.Texts;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds fields in one document, and remembers which of its members they were in. */
final class JsonFields {
  private static final int LONGEST_SHOWN = 60;

  /** Reads a value; null if it is not suitable for the field. */
  @FunctionalInterface
  interface Reading<T> {
    @Nullable T read(JsonNode value) throws GroundingException;
  }

  private final JsonNode root;
  private final Set<String> used = new HashSet<>();

  JsonFields(JsonNode root) {
    this.root = root;
  }

  /**
   * Returns the first suitable value of a field, or null if there is none.
   *
   * @param expected what the field takes, for the message
   * @throws GroundingException if a place that the configuration names holds another value
   */
  <T> @Nullable T find(Pointers places, Reading<T> reading, String expected)
      throws GroundingException {
    for (String path : places.paths()) {
      JsonNode value = at(path);
      if (value != null) {
        T found = reading.read(value);
        if (found != null) {
          use(path);
          return found;
        }
        if (places.configured()) {
          throw invalid(path, value, expected);
        }
      }
    }
    return null;
  }

  /** Returns the value at a place, or null if it is absent or JSON's null. */
  @Nullable JsonNode at(String path) {
    JsonNode value = root.at(JsonPointer.compile(path));
    return value.isMissingNode() || value.isNull() ? null : value;
  }

  /** Remembers that a field was found at a place. */
  void use(String path) {
    used.add(JsonPointer.compile(path).getMatchingProperty());
  }

  /** Adds the members in which no field was found. */
  void addUnused(JsonAttributes attributes) {
    for (Map.Entry<String, JsonNode> member : root.properties()) {
      if (!used.contains(member.getKey())) {
        attributes.add(member.getKey(), member.getValue());
      }
    }
  }

  static GroundingException invalid(String path, JsonNode value, String expected) {
    return invalid(OperatorErrorCode.FIELD_INVALID, path, value, expected);
  }

  static GroundingException invalid(
      OperatorErrorCode code, String path, JsonNode value, String expected) {
    return new GroundingException(
        code, path + ": " + shown(value) + " (expected: " + expected + ")");
  }

  private static String shown(JsonNode value) {
    return value.isObject()
        ? "an object"
        : value.isBinary()
            ? "bytes"
            : value.isArray() ? "a list" : Texts.shortened(value.toString(), LONGEST_SHOWN);
  }

  /** Returns an identifier: text, or the digits of a whole number; null if it is neither. */
  static @Nullable String identifier(JsonNode value) {
    if (value.isTextual()) {
      return value.textValue().isEmpty() ? null : value.textValue();
    }
    if (value.isIntegralNumber()) {
      return value.asText();
    }
    return value.isBigDecimal() && value.decimalValue().scale() == 0
        ? value.decimalValue().toPlainString()
        : null;
  }

  /** Returns the texts of a text or of a list of texts; null if it is neither. */
  static @Nullable List<String> texts(JsonNode value) {
    if (value.isTextual()) {
      return List.of(value.textValue());
    }
    if (!value.isArray() || value.isEmpty()) {
      return null;
    }
    for (JsonNode element : value) {
      if (!element.isTextual()) {
        return null;
      }
    }
    return value.valueStream().map(JsonNode::textValue).toList();
  }
}
