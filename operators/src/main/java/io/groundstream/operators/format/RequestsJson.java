package io.groundstream.operators.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.avro.ImageRequest;
import io.groundstream.avro.PromptPart;
import io.groundstream.avro.RequestBox;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.schemas.text.Texts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the requests about an image from JSON: {@code [{"task": …, "text": …, "request_id": …,
 * "boxes": [{"x_min": …, "y_min": …, "x_max": …, "y_max": …, "phrase": …}], "options": {"beams":
 * …}, "parts": [{"image": 0}, {"text": …}], "candidates": […], "ranking": …}]}. Only the task is
 * required.
 */
public final class RequestsJson {
  private static final Set<String> NAMES =
      Set.of("task", "text", "request_id", "boxes", "options", "parts", "candidates", "ranking");
  private static final List<String> EDGES = List.of("x_min", "y_min", "x_max", "y_max");
  private static final int MOST_REQUESTS = 1000;

  /** More than a prompt has parts or candidates, whose limits the model checks. */
  private static final int MOST_ELEMENTS = 1000;

  /** With the text of a prompt, which models cut far earlier. */
  private static final int LARGEST_REQUEST = 1 << 20;

  private static final int LONGEST_SHOWN = 100;

  /** Reports that the requests are invalid. */
  public static final class RequestsException extends Exception {
    private static final long serialVersionUID = 1L;

    public RequestsException(String message) {
      super(message);
    }
  }

  private RequestsJson() {}

  /** Returns requests as a list, which {@link #requests} reads. */
  public static ArrayNode list(List<ImageRequest> requests) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    requests.forEach(request -> list.add(object(request)));
    return list;
  }

  /** Returns a request as a JSON object in UTF-8, which {@link #read} reads. */
  public static byte[] write(ImageRequest request) {
    return object(request).toString().getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectNode object(ImageRequest request) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    object.put("task", request.getTask());
    object.put("text", request.getText());
    object.put("request_id", request.getRequestId());
    ArrayNode boxes = object.putArray("boxes");
    for (RequestBox box : request.getBoxes()) {
      boxes
          .addObject()
          .put("x_min", box.getXMin())
          .put("y_min", box.getYMin())
          .put("x_max", box.getXMax())
          .put("y_max", box.getYMax());
      if (box.getPhrase() != null) {
        ((ObjectNode) boxes.get(boxes.size() - 1)).put("phrase", box.getPhrase());
      }
    }
    parts(object, request.getParts());
    if (!request.getCandidates().isEmpty()) {
      ArrayNode candidates = object.putArray("candidates");
      request.getCandidates().forEach(candidates::add);
    }
    if (request.getRanking() != null) {
      object.put("ranking", request.getRanking());
    }
    if (request.getOptions() != null) {
      object.set("options", DecodingOptionsJson.object(request.getOptions()));
    }
    return object;
  }

  private static void parts(ObjectNode object, List<PromptPart> parts) {
    if (parts.isEmpty()) {
      return;
    }
    ArrayNode list = object.putArray("parts");
    for (PromptPart part : parts) {
      ObjectNode one = list.addObject();
      if (part.getText() != null) {
        one.put("text", part.getText());
      }
      if (part.getImage() != null) {
        one.put("image", part.getImage());
      }
    }
  }

  /** Returns the request of a JSON object in UTF-8. */
  public static ImageRequest read(byte[] json) throws RequestsException {
    try {
      return request(JsonDocument.parse(json, LARGEST_REQUEST));
    } catch (GroundingException e) {
      throw new RequestsException(String.valueOf(e.getMessage()));
    }
  }

  /** Returns the requests of a list. */
  public static List<ImageRequest> requests(JsonNode list) throws RequestsException {
    if (!list.isArray() || list.size() > MOST_REQUESTS) {
      throw new RequestsException(
          list.getNodeType() + " (expected: a JSON list of at most " + MOST_REQUESTS + ")");
    }
    List<ImageRequest> requests = new ArrayList<>();
    for (JsonNode request : list) {
      requests.add(request(request));
    }
    return requests;
  }

  private static ImageRequest request(JsonNode request) throws RequestsException {
    if (!request.isObject()) {
      throw new RequestsException(
          "an element that is " + request.getNodeType() + " (expected: an object with task)");
    }
    for (Map.Entry<String, JsonNode> member : request.properties()) {
      if (!NAMES.contains(member.getKey())) {
        throw new RequestsException(
            shown(member.getKey())
                + " (expected: task, text, request_id, boxes, options, parts, candidates or"
                + " ranking)");
      }
    }
    String task = text(request, "task");
    if (task == null) {
      throw new RequestsException("no task (expected: one, such as grounded-caption)");
    }
    return ImageRequest.newBuilder()
        .setTask(task)
        .setText(text(request, "text"))
        .setRequestId(text(request, "request_id"))
        .setBoxes(boxes(request.path("boxes")))
        .setOptions(DecodingOptionsJson.options(request.path("options")))
        .setParts(parts(request.path("parts")))
        .setCandidates(texts(request.path("candidates")))
        .setRanking(text(request, "ranking"))
        .build();
  }

  private static List<PromptPart> parts(JsonNode list) throws RequestsException {
    List<PromptPart> parts = new ArrayList<>();
    for (JsonNode part : elements("parts", list)) {
      JsonNode image = part.path("image");
      boolean numbered = image.isIntegralNumber() && image.canConvertToInt();
      if (part.size() != 1 || !(numbered || part.path("text").isTextual())) {
        throw new RequestsException(
            "parts: "
                + shown(part.toString())
                + " (expected: {\"text\": …} or {\"image\": N}, where 0 is the event's own image)");
      }
      parts.add(
          numbered
              ? new PromptPart(null, image.intValue())
              : new PromptPart(part.path("text").textValue(), null));
    }
    return parts;
  }

  private static List<String> texts(JsonNode list) throws RequestsException {
    List<String> texts = new ArrayList<>();
    for (JsonNode text : elements("candidates", list)) {
      if (!text.isTextual()) {
        throw new RequestsException("candidates: " + shown(text.toString()) + " (expected: texts)");
      }
      texts.add(text.textValue());
    }
    return texts;
  }

  /** Returns a list of bounded size; an empty one if it is absent or null. */
  private static JsonNode elements(String name, JsonNode list) throws RequestsException {
    if (list.isMissingNode() || list.isNull()) {
      return JsonNodeFactory.instance.arrayNode();
    }
    if (!list.isArray() || list.size() > MOST_ELEMENTS) {
      throw new RequestsException(
          name
              + ": "
              + list.getNodeType()
              + " (expected: a list of at most "
              + MOST_ELEMENTS
              + ")");
    }
    return list;
  }

  private static @Nullable String text(JsonNode request, String name) throws RequestsException {
    JsonNode value = request.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw new RequestsException(name + ": " + value.getNodeType() + " (expected: text)");
    }
    return value.textValue();
  }

  /** Returns the boxes of a list; none if it is absent or null. */
  static List<RequestBox> boxes(JsonNode list) throws RequestsException {
    List<RequestBox> boxes = new ArrayList<>();
    if (list.isMissingNode() || list.isNull()) {
      return boxes;
    }
    if (!list.isArray()) {
      throw new RequestsException("boxes: " + list.getNodeType() + " (expected: a list)");
    }
    for (JsonNode box : list) {
      double[] edges = new double[EDGES.size()];
      for (int i = 0; i < edges.length; i++) {
        JsonNode edge = box.path(EDGES.get(i));
        if (!edge.isNumber()) {
          throw wrongBox(box);
        }
        edges[i] = edge.doubleValue();
      }
      String phrase = text(box, "phrase");
      if (box.size() != edges.length + (box.has("phrase") ? 1 : 0)) {
        throw wrongBox(box);
      }
      boxes.add(new RequestBox(edges[0], edges[1], edges[2], edges[3], phrase));
    }
    return boxes;
  }

  private static RequestsException wrongBox(JsonNode box) {
    return new RequestsException(
        "boxes: "
            + shown(box.toString())
            + " (expected: x_min, y_min, x_max, y_max in 0..1, and perhaps phrase)");
  }

  private static String shown(String text) {
    return Texts.shortened(text, LONGEST_SHOWN);
  }
}
