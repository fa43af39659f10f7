package io.groundstream.console.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * Avro records as plain JSON for scripts: a union is the value itself, bytes are Base64, and times
 * stay milliseconds.
 */
final class JsonRecords {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private JsonRecords() {}

  static JsonNode of(@Nullable Object value) {
    if (value == null) {
      return JSON.nullNode();
    }
    if (value instanceof IndexedRecord fields) {
      ObjectNode object = JSON.objectNode();
      for (Schema.Field field : fields.getSchema().getFields()) {
        object.set(field.name(), of(fields.get(field.pos())));
      }
      return object;
    }
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = JSON.objectNode();
      map.forEach((key, entry) -> object.set(String.valueOf(key), of(entry)));
      return object;
    }
    if (value instanceof Iterable<?> elements) {
      ArrayNode array = JSON.arrayNode();
      elements.forEach(element -> array.add(of(element)));
      return array;
    }
    if (value instanceof ByteBuffer buffer) {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.duplicate().get(bytes);
      return JSON.textNode(Base64.getEncoder().encodeToString(bytes));
    }
    if (value instanceof GenericFixed fixed) {
      return JSON.textNode(Base64.getEncoder().encodeToString(fixed.bytes()));
    }
    if (value instanceof Instant time) {
      // Generated classes hold an object where generic records hold a number.
      return JSON.numberNode(time.toEpochMilli());
    }
    if (value instanceof Integer number) {
      return JSON.numberNode(number);
    }
    if (value instanceof Long number) {
      return JSON.numberNode(number);
    }
    if (value instanceof Float number) {
      return Float.isFinite(number) ? JSON.numberNode(number) : JSON.nullNode();
    }
    if (value instanceof Double number) {
      return Double.isFinite(number) ? JSON.numberNode(number) : JSON.nullNode();
    }
    if (value instanceof Boolean truth) {
      return JSON.booleanNode(truth);
    }
    return JSON.textNode(value.toString());
  }
}
