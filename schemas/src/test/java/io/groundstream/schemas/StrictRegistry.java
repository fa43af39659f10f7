package io.groundstream.schemas;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A registry with Confluent's API that finds a schema only by its exact text, even if a request
 * asks for normalisation: the strictest kind that a client can meet.
 */
final class StrictRegistry implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final List<String> texts = new ArrayList<>();
  private final Map<String, List<Integer>> subjects = new LinkedHashMap<>();
  private final Map<String, String> levels = new LinkedHashMap<>();

  private record Answer(int status, JsonNode body) {}

  StrictRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** Registers a schema's text as an administrator's tool would, and returns its identifier. */
  synchronized int put(String subject, String text) {
    if (!texts.contains(text)) {
      texts.add(text);
    }
    int id = texts.indexOf(text) + 1;
    List<Integer> versions = subjects.computeIfAbsent(subject, any -> new ArrayList<>());
    if (!versions.contains(id)) {
      versions.add(id);
    }
    return id;
  }

  /** Returns the number of versions of a subject. */
  synchronized int versions(String subject) {
    return subjects.getOrDefault(subject, List.of()).size();
  }

  private void handle(HttpExchange exchange) throws IOException {
    Answer answer = answer(exchange);
    byte[] bytes = JSON.writeValueAsBytes(answer.body());
    exchange.sendResponseHeaders(answer.status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private synchronized Answer answer(HttpExchange exchange) throws IOException {
    String[] path = exchange.getRequestURI().getPath().split("/", -1);
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String subject = path[2];
    ObjectNode found = JSON.createObjectNode();
    if (path[1].equals("config")) {
      if (exchange.getRequestMethod().equals("PUT")) {
        levels.put(subject, JSON.readTree(body).path("compatibility").asText());
      }
      String level = levels.get(subject);
      return level == null
          ? missing(40408)
          : new Answer(200, found.put("compatibilityLevel", level));
    }
    List<Integer> versions = subjects.get(subject);
    if (exchange.getRequestMethod().equals("POST") && path.length == 4) {
      return new Answer(200, found.put("id", put(subject, text(body))));
    }
    if (versions == null) {
      return missing(40401);
    }
    if (exchange.getRequestMethod().equals("POST")) {
      int id = texts.indexOf(text(body)) + 1;
      return versions.contains(id)
          ? new Answer(200, version(subject, versions.indexOf(id) + 1))
          : missing(40403);
    }
    if (path.length == 5) {
      return new Answer(200, version(subject, Integer.parseInt(path[4])));
    }
    ArrayNode numbers = JSON.createArrayNode();
    for (int number = 1; number <= versions.size(); number++) {
      numbers.add(number);
    }
    return new Answer(200, numbers);
  }

  private static String text(String body) throws IOException {
    return JSON.readTree(body).path("schema").asText();
  }

  private ObjectNode version(String subject, int number) {
    int id = subjects.getOrDefault(subject, List.of()).get(number - 1);
    return JSON.createObjectNode()
        .put("subject", subject)
        .put("version", number)
        .put("id", id)
        .put("schema", texts.get(id - 1));
  }

  private static Answer missing(int code) {
    return new Answer(
        404, JSON.createObjectNode().put("error_code", code).put("message", "not found"));
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
