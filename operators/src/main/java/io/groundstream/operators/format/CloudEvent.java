package io.groundstream.operators.format;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.event.EventFacts;
import io.groundstream.operators.event.EventRecord;
import io.groundstream.schemas.text.Texts;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A CloudEvent 1.0 in a record of Kafka, in binary mode (context attributes in headers, data as the
 * value) or structured mode (one JSON document as the value).
 *
 * @param attributes the context attributes and extensions, by name
 * @param bytes the data as bytes; null if there is none, or if it is JSON inside of the document
 * @param json the data as a member of the document; null if there is none
 */
record CloudEvent(
    Map<String, String> attributes, byte @Nullable [] bytes, @Nullable JsonNode json) {
  static final String CONTENT_TYPE = "content-type";
  static final String PREFIX = "ce_";
  static final String VERSION_HEADER = PREFIX + "specversion";

  /** How the media types of structured mode begin. */
  static final String STRUCTURED = "application/cloudevents";

  private static final String JSON_FORMAT = STRUCTURED + "+json";
  private static final String DATA = "data";
  private static final String DATA_BASE64 = "data_base64";
  private static final String DATA_TYPE = "datacontenttype";
  private static final int LONGEST_SHOWN = 100;

  /** More are not read; the specification advises against large events. */
  private static final int MOST_ATTRIBUTES = 1000;

  /**
   * Returns the CloudEvent in a record.
   *
   * @param maxBytes the size of the largest document in structured mode
   * @throws GroundingException if the record is not a CloudEvent, or not a valid one
   */
  static CloudEvent read(EventRecord record, int maxBytes) throws GroundingException {
    String contentType = KnownForms.contentType(record);
    CloudEvent event;
    if (contentType.equals(JSON_FORMAT)) {
      event = structured(record, maxBytes);
    } else if (contentType.startsWith(STRUCTURED)) {
      throw invalid(CONTENT_TYPE, contentType, JSON_FORMAT + " for structured mode");
    } else if (EventFacts.header(record, VERSION_HEADER) != null) {
      event = binary(record);
    } else {
      String hint = KnownForms.hint(record, CloudEventsFormat.NAME);
      throw new GroundingException(
          OperatorErrorCode.FORMAT_MISMATCH,
          "neither the header "
              + VERSION_HEADER
              + " nor "
              + CONTENT_TYPE
              + ": "
              + JSON_FORMAT
              + " (expected: one of them, as CloudEvents have)"
              + (hint == null ? "" : ": " + hint));
    }
    event.check();
    return event;
  }

  private static CloudEvent binary(EventRecord record) throws GroundingException {
    // One pass, since a record may have very many headers. The last one of a name counts.
    Map<String, Integer> last = new LinkedHashMap<>();
    String[] names = record.getHeaderNames();
    byte[] @Nullable [] values = record.getHeaderValues();
    for (int index = 0; index < names.length && index < values.length; index++) {
      String name = names[index];
      if (name.startsWith(PREFIX) && (last.size() < MOST_ATTRIBUTES || last.containsKey(name))) {
        last.put(name, index);
      }
    }
    Map<String, String> attributes = new LinkedHashMap<>();
    for (Map.Entry<String, Integer> header : last.entrySet()) {
      byte[] value = values[header.getValue()];
      if (value != null) {
        String name = header.getKey();
        attributes.put(name.substring(PREFIX.length()), RecordIdentity.text(name, value));
      }
    }
    String type = RecordIdentity.text(record, CONTENT_TYPE);
    if (type != null) {
      attributes.put(DATA_TYPE, type);
    }
    return new CloudEvent(attributes, record.getValue(), null);
  }

  private static CloudEvent structured(EventRecord record, int maxBytes) throws GroundingException {
    byte[] value = record.getValue();
    JsonNode root = JsonDocument.parse(value == null ? new byte[0] : value, maxBytes);
    if (!root.isObject()) {
      throw invalid("the document", root.getNodeType().toString(), "an object, one CloudEvent");
    }
    Map<String, String> attributes = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : root.properties()) {
      String name = member.getKey();
      JsonNode attribute = member.getValue();
      if (attribute.isNull() || name.equals(DATA) || name.equals(DATA_BASE64)) {
        continue;
      }
      if (!attribute.isValueNode()) {
        throw invalid(name, attribute.getNodeType().toString(), "text, a number or a boolean");
      }
      if (attributes.size() < MOST_ATTRIBUTES) {
        attributes.put(name, attribute.asText());
      }
    }
    JsonNode data = root.path(DATA);
    JsonNode base64 = root.path(DATA_BASE64);
    byte[] bytes = null;
    if (base64.isTextual()) {
      bytes = Base64Text.decode(base64.textValue());
      if (bytes == null && !base64.textValue().isEmpty()) {
        throw new GroundingException(
            OperatorErrorCode.BASE64_INVALID, DATA_BASE64 + ": not base64 (expected: base64)");
      }
    }
    return new CloudEvent(attributes, bytes, data.isMissingNode() || data.isNull() ? null : data);
  }

  private void check() throws GroundingException {
    String version = attributes.getOrDefault("specversion", "");
    if (!version.startsWith("1.")) {
      throw invalid(PREFIX + "specversion", version, "1.0");
    }
    if (id().isEmpty()) {
      throw new GroundingException(
          OperatorErrorCode.EVENT_ID_MISSING,
          PREFIX + "id: absent or empty (expected: an identifier, which every CloudEvent has)");
    }
    for (String name : List.of("source", "type")) {
      if (attributes.getOrDefault(name, "").isEmpty()) {
        throw invalid(PREFIX + name, "absent or empty", "text, which every CloudEvent has");
      }
    }
  }

  String id() {
    return attributes.getOrDefault("id", "");
  }

  /** Returns what the event is about, within its source; null if the event does not say. */
  @Nullable String subject() {
    String subject = attributes.get("subject");
    return subject == null || subject.isEmpty() ? null : subject;
  }

  /** Returns the time of the event; null if it has none. */
  @Nullable Instant time() throws GroundingException {
    String text = attributes.get("time");
    if (text == null) {
      return null;
    }
    Instant time = JsonTimes.ofText(text);
    if (time == null) {
      throw invalid(PREFIX + "time", text, "a time such as 2026-01-31T12:00:00Z");
    }
    return time;
  }

  /** Returns where the data is, if it is not in the event; null if the event does not say. */
  @Nullable String dataReference() {
    return attributes.get("dataref");
  }

  /** Returns the media type of the data in lower case without parameters; empty if unknown. */
  String dataType() {
    return KnownForms.mediaType(attributes.getOrDefault(DATA_TYPE, ""));
  }

  /** Returns the record with the attributes as headers, as in binary mode, and the data alone. */
  EventRecord asBinary(EventRecord record) {
    List<String> names = new ArrayList<>(List.of(record.getHeaderNames()));
    List<byte @Nullable []> values = new ArrayList<>();
    byte[] @Nullable [] old = record.getHeaderValues();
    for (int index = 0; index < names.size(); index++) {
      values.add(index < old.length ? old[index] : null);
    }
    attributes.forEach(
        (name, value) -> {
          names.add(PREFIX + name);
          values.add(value.getBytes(StandardCharsets.UTF_8));
        });
    EventRecord binary = new EventRecord();
    binary.setKey(record.getKey());
    binary.setValue(bytes);
    binary.setHeaderNames(names.toArray(String[]::new));
    binary.setHeaderValues(values.toArray(byte[][]::new));
    binary.setTopic(record.getTopic());
    binary.setPartition(record.getPartition());
    binary.setOffset(record.getOffset());
    binary.setTimestamp(record.getTimestamp());
    return binary;
  }

  static GroundingException invalid(String name, String found, String expected) {
    return new GroundingException(
        OperatorErrorCode.CLOUDEVENT_INVALID,
        name + ": " + Texts.shortened(found, LONGEST_SHOWN) + " (expected: " + expected + ")");
  }
}
