package io.groundstream.operators.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.avro.ImageRequest;
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
 * "boxes": [{"x_min": …, "y_min": …, "x_max": …, "y_max": …}], "options": {"beams": …}}]}. Only the
 * task is required.
 */
public final class RequestsJson {
  private static final Set<String> NAMES = Set.of("task", "text", "request_id", "boxes", "options");
  private static final List<String> EDGES = List.of("x_min", "y_min", "x_max", "y_max");
  private static final int MOST_REQUESTS = 1000;

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
    }
    if (request.getOptions() != null) {
      object.set("options", DecodingOptionsJson.object(request.getOptions()));
    }
    return object;
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
            shown(member.getKey()) + " (expected: task, text, request_id, boxes or options)");
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
        .build();
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
        if (!edge.isNumber() || box.size() != edges.length) {
          throw new RequestsException(
              "boxes: "
                  + shown(box.toString())
                  + " (expected: x_min, y_min, x_max, y_max in 0..1)");
        }
        edges[i] = edge.doubleValue();
      }
      boxes.add(new RequestBox(edges[0], edges[1], edges[2], edges[3]));
    }
    return boxes;
  }

  private static String shown(String text) {
    return Texts.shortened(text, LONGEST_SHOWN);
  }
}
