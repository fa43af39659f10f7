package io.groundstream.operators.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import io.groundstream.avro.ImageEvent;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.RequestBox;
import io.groundstream.images.MediaTypes;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.text.Task;
import io.groundstream.operators.deadletter.OperatorErrorCode;
import io.groundstream.operators.format.JsonFieldSettings.Pointers;
import io.groundstream.operators.format.RequestsJson.RequestsException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes events of JSON objects. Thread-safe. */
final class JsonEventMapper {
  /** No base64 has a colon. */
  static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]{1,30}:");

  /**
   * A URI in a field that is only presumed to hold the image: with a hierarchy or an image in
   * itself, and without white space. Prose such as "Size: large" begins like a URI, too.
   */
  private static final Pattern LIKELY_URI =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]{1,30}://\\S++|(?i:file):/\\S++");

  private static final Pattern DATA_URI =
      Pattern.compile("data:(?:image/[^\\s,]++|[^\\s,;]*+;base64),", Pattern.CASE_INSENSITIVE);

  private static final String ID_EXPECTED = "text that is not empty, or a whole number";
  private static final String BASE64_EXPECTED = "an image in base64, or a URI";

  private final JsonFieldSettings settings;

  JsonEventMapper(JsonFieldSettings settings) {
    this.settings = settings;
  }

  JsonFieldSettings settings() {
    return settings;
  }

  /** Returns the names of the fields that may hold the image. */
  String imageFields() {
    return String.join(
        ", ",
        Stream.concat(settings.imageBytes().paths().stream(), settings.imageUri().paths().stream())
            .toList());
  }

  /**
   * Returns the event in an object, with an empty event id and without an image id where the object
   * has none.
   *
   * @throws GroundingException if a field of the event is invalid
   */
  ImageEvent event(JsonNode root) throws GroundingException {
    if (!root.isObject()) {
      throw new GroundingException(
          OperatorErrorCode.FIELD_INVALID,
          "the document: " + root.getNodeType() + " (expected: an object, one event)");
    }
    JsonFields fields = new JsonFields(root);
    ImageEvent.Builder event = ImageEvent.newBuilder();
    String eventId = fields.find(settings.eventId(), JsonFields::identifier, ID_EXPECTED);
    event.setEventId(eventId == null ? "" : eventId);
    event.setImageId(fields.find(settings.imageId(), JsonFields::identifier, ID_EXPECTED));
    image(fields, event);
    event.setRequests(requests(fields));
    event.setFurtherImages(
        list(fields, "further_images", settings.furtherImages(), ImagesJson::furtherImages));
    event.setDemonstrations(
        list(fields, "demonstrations", settings.demonstrations(), ImagesJson::demonstrations));
    event.setEventTime(time(fields, settings.eventTime()));
    event.setDeadline(time(fields, settings.deadline()));
    Integer priority =
        fields.find(
            settings.priority(),
            value -> value.isIntegralNumber() && value.canConvertToInt() ? value.intValue() : null,
            "a whole number of 32 bits");
    event.setPriority(priority == null ? 0 : priority);
    attributes(fields, event);
    return event.build();
  }

  private static @Nullable Instant time(JsonFields fields, Pointers places)
      throws GroundingException {
    return fields.find(places, JsonTimes::read, JsonTimes.EXPECTED);
  }

  /**
   * Sets the image: bytes where there are any, and otherwise the URI, which a configured field for
   * URIs has rather than one for bytes.
   */
  private void image(JsonFields fields, ImageEvent.Builder event) throws GroundingException {
    String uri = null;
    String uriPath = null;
    String unlikelyPath = null;
    byte[] unlikely = null;
    GroundingException failure = null;
    for (String path : settings.imageBytes().paths()) {
      JsonNode value = fields.at(path);
      if (value == null) {
        continue;
      }
      boolean configured = settings.imageBytes().configured();
      if (value.isBinary()) {
        byte[] bytes = ((BinaryNode) value).binaryValue();
        if (configured || MediaTypes.isImage(bytes)) {
          fields.use(path);
          event.setImageBytes(ByteBuffer.wrap(bytes));
          return;
        }
        if (unlikely == null && bytes.length > 0) {
          unlikely = bytes;
          unlikelyPath = path;
        }
        continue;
      }
      if (!value.isTextual()) {
        if (configured) {
          throw JsonFields.invalid(path, value, BASE64_EXPECTED);
        }
        continue;
      }
      String text = value.textValue();
      if (configured ? SCHEME.matcher(text).lookingAt() : isLikelyUri(text)) {
        if (uri == null) {
          uri = text;
          uriPath = path;
        }
        continue;
      }
      byte[] bytes = Base64Text.decode(text);
      if (bytes == null) {
        GroundingException invalid =
            JsonFields.invalid(OperatorErrorCode.BASE64_INVALID, path, value, BASE64_EXPECTED);
        if (configured) {
          throw invalid;
        }
        failure = failure == null ? invalid : failure;
      } else if (configured || MediaTypes.isImage(bytes)) {
        fields.use(path);
        event.setImageBytes(ByteBuffer.wrap(bytes));
        return;
      } else if (unlikely == null) {
        // Short words are base64, too.
        unlikely = bytes;
        unlikelyPath = path;
      }
    }
    String own =
        uri == null || settings.imageUri().configured()
            ? fields.find(
                settings.imageUri(),
                value ->
                    value.isTextual() && !value.textValue().isBlank() ? value.textValue() : null,
                "a URI")
            : null;
    if (own != null) {
      event.setImageUri(own);
    } else if (uri != null && uriPath != null) {
      fields.use(uriPath);
      event.setImageUri(uri);
    } else if (unlikely != null && unlikelyPath != null) {
      fields.use(unlikelyPath);
      event.setImageBytes(ByteBuffer.wrap(unlikely));
    } else if (failure != null) {
      throw failure;
    }
  }

  private static boolean isLikelyUri(String text) {
    return LIKELY_URI.matcher(text).matches() || DATA_URI.matcher(text).lookingAt();
  }

  /** Reads the elements of a list. */
  @FunctionalInterface
  private interface ListReading<T> {
    List<T> read(JsonNode list) throws RequestsException;
  }

  /** Whether a list under a name that is only presumed is one of images. */
  private static boolean isLikelyList(JsonNode list) {
    if (list.isEmpty()) {
      return false;
    }
    JsonNode first = list.get(0);
    if (first.isTextual()) {
      byte[] bytes = Base64Text.decode(first.textValue());
      return isLikelyUri(first.textValue()) || (bytes != null && MediaTypes.isImage(bytes));
    }
    return first.isBinary() || first.has("image_uri") || first.has("image_bytes");
  }

  private static <T> List<T> list(
      JsonFields fields, String name, Pointers places, ListReading<T> reading)
      throws GroundingException {
    JsonNode list =
        fields.find(
            places,
            value -> value.isArray() && (places.configured() || isLikelyList(value)) ? value : null,
            "a list");
    try {
      return list == null ? List.of() : reading.read(list);
    } catch (RequestsException e) {
      throw new GroundingException(
          OperatorErrorCode.FIELD_INVALID, name + ": " + e.getMessage(), e);
    }
  }

  private List<ImageRequest> requests(JsonFields fields) throws GroundingException {
    try {
      List<ImageRequest> requests = inline(fields);
      return requests.isEmpty() ? ofTask(fields) : requests;
    } catch (RequestsException e) {
      throw new GroundingException(
          OperatorErrorCode.FIELD_INVALID, "requests: " + e.getMessage(), e);
    }
  }

  private List<ImageRequest> inline(JsonFields fields)
      throws GroundingException, RequestsException {
    JsonNode list =
        fields.find(
            settings.requests(),
            value ->
                value.isArray() && (value.isEmpty() || value.get(0).has("task")) ? value : null,
            "a list of objects with task");
    return list == null ? List.of() : RequestsJson.requests(list);
  }

  private List<ImageRequest> ofTask(JsonFields fields)
      throws GroundingException, RequestsException {
    List<String> tasks =
        fields.find(
            settings.task(),
            settings.task().configured() ? JsonFields::texts : JsonEventMapper::knownTasks,
            "the name of a task, or a list of names");
    if (tasks == null) {
      return List.of();
    }
    String text =
        fields.find(settings.text(), value -> value.isTextual() ? value.textValue() : null, "text");
    JsonNode list =
        fields.find(settings.boxes(), value -> value.isArray() ? value : null, "a list of boxes");
    List<RequestBox> boxes = list == null ? List.of() : RequestsJson.boxes(list);
    List<ImageRequest> requests = new ArrayList<>();
    for (String task : tasks) {
      requests.add(ImageRequest.newBuilder().setTask(task).setText(text).setBoxes(boxes).build());
    }
    return requests;
  }

  /** Returns names of tasks; null for other words, which a field that is only presumed may hold. */
  private static @Nullable List<String> knownTasks(JsonNode value) {
    List<String> names = JsonFields.texts(value);
    return names != null
            && names.stream()
                .allMatch(name -> Arrays.stream(Task.values()).anyMatch(t -> t.id().equals(name)))
        ? names
        : null;
  }

  private void attributes(JsonFields fields, ImageEvent.Builder event) throws GroundingException {
    JsonAttributes attributes = new JsonAttributes();
    JsonNode object =
        fields.find(settings.attributes(), value -> value.isObject() ? value : null, "an object");
    if (object != null) {
      object.properties().forEach(member -> attributes.add(member.getKey(), member.getValue()));
    }
    if (settings.unknownAsAttributes()) {
      fields.addUnused(attributes);
    }
    event.setAttributes(attributes.values());
    event.setOmittedAttributes(attributes.omitted());
  }
}
