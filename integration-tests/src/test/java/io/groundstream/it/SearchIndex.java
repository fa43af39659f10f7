package io.groundstream.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads and changes a node's indices as an administrator would. */
final class SearchIndex {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final URI node;

  SearchIndex(URI node) {
    this.node = node;
  }

  JsonNode ask(String method, String path, @Nullable String body) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(node.resolve(path))
            .header("Content-Type", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    String answer = client.send(request, BodyHandlers.ofString()).body();
    return answer.isEmpty() ? JSON.nullNode() : JSON.readTree(answer);
  }

  /** Like {@link #ask}, but fails if the request fails. */
  JsonNode must(String method, String path, @Nullable String body) throws Exception {
    JsonNode answer = ask(method, path, body);
    if (answer.has("error")) {
      throw new IOException(method + " " + path + ": " + answer);
    }
    return answer;
  }

  /** Returns a document as a search finds it. */
  JsonNode document(String index, String id) throws Exception {
    JsonNode document = documents(index).get(id);
    if (document == null) {
      throw new AssertionError(index + " has no document " + id);
    }
    return document;
  }

  /** Returns all documents of an index by their identifiers; empty if there is no index. */
  Map<String, JsonNode> documents(String index) throws Exception {
    JsonNode unused = ask("POST", "/" + index + "/_refresh", null);
    JsonNode hits =
        ask("POST", "/" + index + "/_search", "{\"size\":10000,\"version\":true}").at("/hits/hits");
    Map<String, JsonNode> documents = new TreeMap<>();
    hits.forEach(hit -> documents.put(hit.path("_id").asText(), hit));
    return documents;
  }
}
