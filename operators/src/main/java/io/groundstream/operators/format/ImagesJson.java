package io.groundstream.operators.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import io.groundstream.avro.Demonstration;
import io.groundstream.avro.FurtherImage;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.operators.format.RequestsJson.RequestsException;
import io.groundstream.schemas.text.Texts;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads images besides an event's own from JSON: {@code {"image_uri": …}} or {@code {"image_bytes":
 * …}} in base64, and those of demonstrations with {@code text} and {@code boxes}. A text in place
 * of an object is a URI, or base64.
 */
public final class ImagesJson {
  private static final Set<String> IMAGE = Set.of("image_bytes", "image_uri");
  private static final Set<String> DEMONSTRATION =
      Set.of("image_bytes", "image_uri", "text", "boxes");

  /** More than any event may have, whose limit the job checks. */
  private static final int MOST = 100;

  private static final int LONGEST_SHOWN = 60;

  private record Image(@Nullable ByteBuffer bytes, @Nullable String uri) {}

  private ImagesJson() {}

  /**
   * Returns the demonstrations of a JSON document in UTF-8, a list.
   *
   * @param maxBytes the size of the largest document
   */
  public static List<Demonstration> readDemonstrations(byte[] json, int maxBytes)
      throws RequestsException {
    try {
      return demonstrations(JsonDocument.parse(json, maxBytes));
    } catch (GroundingException e) {
      throw new RequestsException(String.valueOf(e.getMessage()));
    }
  }

  static List<Demonstration> demonstrations(JsonNode list) throws RequestsException {
    List<Demonstration> demonstrations = new ArrayList<>();
    for (JsonNode element : elements(list)) {
      String name = "[" + demonstrations.size() + "]";
      checkNames(name, element, DEMONSTRATION);
      Image image = image(name, element);
      JsonNode text = element.path("text");
      if (!text.isTextual()) {
        throw new RequestsException(
            name + ".text: " + text.getNodeType() + " (expected: what follows the image)");
      }
      demonstrations.add(
          new Demonstration(
              image.bytes(),
              image.uri(),
              text.textValue(),
              RequestsJson.boxes(element.path("boxes"))));
    }
    return demonstrations;
  }

  static List<FurtherImage> furtherImages(JsonNode list) throws RequestsException {
    List<FurtherImage> images = new ArrayList<>();
    for (JsonNode element : elements(list)) {
      String name = "[" + images.size() + "]";
      Image image;
      if (element.isTextual() || element.isBinary()) {
        image = ofText(name, element);
      } else {
        checkNames(name, element, IMAGE);
        image = image(name, element);
      }
      images.add(new FurtherImage(image.bytes(), image.uri()));
    }
    return images;
  }

  private static JsonNode elements(JsonNode list) throws RequestsException {
    if (!list.isArray() || list.size() > MOST) {
      throw new RequestsException(
          list.getNodeType() + " (expected: a JSON list of at most " + MOST + ")");
    }
    return list;
  }

  private static void checkNames(String name, JsonNode element, Set<String> names)
      throws RequestsException {
    if (!element.isObject()) {
      throw new RequestsException(
          name + ": " + element.getNodeType() + " (expected: an object with image_uri)");
    }
    for (Map.Entry<String, JsonNode> member : element.properties()) {
      if (!names.contains(member.getKey())) {
        throw new RequestsException(
            name
                + ": "
                + Texts.shortened(member.getKey(), LONGEST_SHOWN)
                + " (expected: only "
                + String.join(", ", names.stream().sorted().toList())
                + ")");
      }
    }
  }

  private static Image image(String name, JsonNode element) throws RequestsException {
    JsonNode bytes = element.path("image_bytes");
    if (bytes.isTextual() || bytes.isBinary()) {
      return ofText(name + ".image_bytes", bytes);
    }
    JsonNode uri = element.path("image_uri");
    if (uri.isTextual() && !uri.textValue().isBlank()) {
      return new Image(null, uri.textValue());
    }
    throw new RequestsException(
        name + ": no image (expected: image_uri, or image_bytes in base64)");
  }

  private static Image ofText(String name, JsonNode value) throws RequestsException {
    if (value.isBinary()) {
      return new Image(ByteBuffer.wrap(((BinaryNode) value).binaryValue()), null);
    }
    String text = value.textValue();
    if (JsonEventMapper.SCHEME.matcher(text).lookingAt()) {
      return new Image(null, text);
    }
    byte[] bytes = Base64Text.decode(text);
    if (bytes == null) {
      throw new RequestsException(
          name
              + ": "
              + Texts.shortened(text, LONGEST_SHOWN)
              + " (expected: an image in base64, or a URI)");
    }
    return new Image(ByteBuffer.wrap(bytes), null);
  }
}
