package io.groundstream.operators.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.format.EventFormatOptions.Envelope;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Takes the event out of what Kafka Connect and Debezium put around it. */
final class JsonEnvelope {
  private static final String SCHEMA = "schema";
  private static final String PAYLOAD = "payload";
  private static final String OPERATION = "op";
  private static final String AFTER = "after";

  private JsonEnvelope() {}

  /**
   * Returns the document in the envelope; null if there is none, because a row was deleted.
   *
   * @param maxBytes the size of the largest document
   * @throws GroundingException if there is another envelope or none
   */
  static @Nullable JsonNode open(Envelope envelope, JsonNode root, int maxBytes)
      throws GroundingException {
    return switch (envelope) {
      case NONE -> root;
      case CONNECT -> payload(root);
      case DEBEZIUM -> {
        JsonNode change = isConnect(root) ? payload(root) : root;
        yield change == null ? null : row(change, maxBytes);
      }
    };
  }

  private static boolean isConnect(JsonNode root) {
    return root.has(SCHEMA) && root.has(PAYLOAD) && root.size() == 2;
  }

  private static @Nullable JsonNode payload(JsonNode root) throws GroundingException {
    if (!isConnect(root)) {
      throw invalid(
          "no schema and payload",
          "what Kafka Connect's JsonConverter writes with schemas.enable=true; without, set "
              + EventFormatOptions.ENVELOPE.key()
              + ": none");
    }
    JsonNode payload = root.get(PAYLOAD);
    return payload.isNull() ? null : payload;
  }

  private static @Nullable JsonNode row(JsonNode change, int maxBytes) throws GroundingException {
    String operation = change.path(OPERATION).asText("");
    return switch (operation) {
      case "c", "u", "r" -> after(change.path(AFTER), maxBytes);
      // Deleted and truncated rows, and messages of the database's log.
      case "d", "t", "m" -> null;
      default ->
          throw invalid(
              operation.isEmpty() ? "no op" : "another op than c, u, r, d, t and m",
              "a change of a row with op and after; if a transformation has taken the row out, set "
                  + EventFormatOptions.ENVELOPE.key()
                  + ": none");
    };
  }

  private static JsonNode after(JsonNode after, int maxBytes) throws GroundingException {
    if (after.isObject()) {
      return after;
    }
    if (after.isTextual()) {
      // The connector for MongoDB writes documents as text.
      return JsonDocument.parse(after.textValue().getBytes(StandardCharsets.UTF_8), maxBytes);
    }
    throw invalid("after: " + after.getNodeType(), "the row as an object");
  }

  private static GroundingException invalid(String found, String expected) {
    return new GroundingException(
        OperatorErrorCode.ENVELOPE_INVALID, found + " (expected: " + expected + ")");
  }
}
