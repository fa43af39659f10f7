package io.groundstream.operators.search;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.operators.index.IndexOptions;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** An index on a real node, made from the template in deploy/, with hand-made documents. */
final class TestIndex {
  static final String ALIAS = IndexOptions.DEFAULT_ALIAS;

  private static final Path TEMPLATE =
      Path.of("..", "..", "deploy", "opensearch", "groundstream-images.json");

  private final HttpClient client = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final URI url;

  TestIndex(URI url) {
    this.url = url;
  }

  /** Creates the index and its alias. */
  void create() throws Exception {
    send("PUT", "/_index_template/groundstream-images", Files.readString(TEMPLATE));
    send("PUT", "/groundstream-images-v1", "{\"aliases\": {\"%s\": {}}}".formatted(ALIAS));
  }

  void put(String id, ObjectNode document) throws Exception {
    send("PUT", "/" + ALIAS + "/_doc/" + id, json.writeValueAsString(document));
  }

  /** Makes all documents so far visible to searches. */
  void refresh() throws Exception {
    send("POST", "/" + ALIAS + "/_refresh", "");
  }

  String send(String method, String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> response =
        client.send(
            HttpRequest.newBuilder(url.resolve(path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() >= 300) {
      throw new IOException(method + " " + path + ": " + response.body());
    }
    return response.body();
  }

  /** Returns the document of an image with one request. */
  static ObjectNode document(String id, String time, String caption) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("image_id", id);
    document.put("event_id", "event-" + id);
    document.put("width", 640);
    document.put("height", 480);
    document.put("model_name", "kosmos-2");
    document.put("model_revision", "sha256:9f86d0");
    document.put("event_time", time);
    document.putObject("origin").put("system", "kafka").put("name", "image-events");
    document.putObject("attributes");
    document
        .putArray("requests")
        .addObject()
        .put("request_id", "r1")
        .put("task", "grounded-caption")
        .put("caption", caption);
    document.putArray("entities");
    document.putArray("pairs");
    return document;
  }

  /** Adds an entity with the corners of its box: x and y of the upper left and the lower right. */
  static void entity(ObjectNode document, String phrase, double confidence, double... corners) {
    ArrayNode entities = (ArrayNode) document.path("entities");
    ObjectNode entity = entities.addObject();
    entity.put("entity", entities.size() - 1);
    entity.put("phrase", phrase);
    entity.put("request_id", "r1");
    entity.put("task", "grounded-caption");
    entity.put("x_min", corners[0]);
    entity.put("y_min", corners[1]);
    entity.put("x_max", corners[2]);
    entity.put("y_max", corners[3]);
    entity.put("centre_x", (corners[0] + corners[2]) / 2);
    entity.put("centre_y", (corners[1] + corners[3]) / 2);
    entity.put("box_width", corners[2] - corners[0]);
    entity.put("box_height", corners[3] - corners[1]);
    entity.put("area", (corners[2] - corners[0]) * (corners[3] - corners[1]));
    entity.put("confidence", confidence);
  }

  /** Adds a pair of two entities. */
  static void pair(ObjectNode document, int subject, int object, String... relations) {
    ObjectNode pair = ((ArrayNode) document.path("pairs")).addObject();
    pair.set("subject", shared(document, subject));
    pair.set("object", shared(document, object));
    ArrayNode list = pair.putArray("relations");
    List.of(relations).forEach(list::add);
  }

  private static ObjectNode shared(ObjectNode document, int entity) {
    ObjectNode shared = document.path("entities").path(entity).deepCopy();
    shared.remove("task");
    return shared;
  }
}
