package io.groundstream.operators.search;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.operators.index.IndexField;
import io.groundstream.operators.index.OpenSearchClient;
import java.io.IOException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * OpenSearch's search API for one index, with messages for its failures. Sends exactly the requests
 * that users are shown.
 *
 * <p>Checks the index's fields before the first search: where a field is missing, OpenSearch finds
 * no image and reports no error, so the answer would be wrong.
 */
final class SearchEndpoint {
  /** The paths of the fields that every query needs, with the type that each must have. */
  private static final Map<String, String> FIELDS =
      new TreeMap<>(
          Map.ofEntries(
              needed(IndexField.IMAGE_ID),
              needed(IndexField.EVENT_TIME),
              needed(IndexField.ATTRIBUTES),
              needed(IndexField.REQUESTS),
              needed(IndexField.CAPTION, IndexField.REQUESTS),
              needed(IndexField.ENTITIES),
              needed(IndexField.PHRASE, IndexField.ENTITIES),
              needed(IndexField.PAIRS),
              needed(IndexField.PHRASE, IndexField.PAIRS, IndexField.SUBJECT),
              needed(IndexField.BOX_WIDTH, IndexField.PAIRS, IndexField.SUBJECT),
              needed(IndexField.RELATIONS, IndexField.PAIRS)));

  private static final int UNAVAILABLE = 503;

  private static final String REBUILD =
      "build the index anew from the topics with 'groundstream index', or name another one";

  private final ObjectMapper json = new ObjectMapper();
  private final IndexConnection connection;
  private final OpenSearchClient client;
  private volatile boolean checked;

  /**
   * @throws IllegalArgumentException if a file of the connection cannot be used
   */
  SearchEndpoint(IndexConnection connection) {
    this.connection = connection;
    this.client = OpenSearchClient.open(connection.node(), connection.timeout());
  }

  private static Map.Entry<String, String> needed(IndexField field, IndexField... objects) {
    return Map.entry(field.in(objects), field.type());
  }

  /** Returns the answer to a search, complete: from all shards. */
  JsonNode search(ObjectNode body) throws SearchException, InterruptedException {
    List<String> wrong = checked ? List.of() : wrongFields();
    if (wrong.isEmpty()) {
      checked = true;
      return answer(body);
    }
    SearchException other =
        new SearchException(
            "%s is not an index of this version of Groundstream: %s; %s"
                .formatted(connection, String.join(", ", wrong), REBUILD),
            null);
    if (wrong.size() == FIELDS.size()) {
      try {
        // An index whose shards are missing has no fields either.
        answer(body);
      } catch (SearchException e) {
        throw e.status() == UNAVAILABLE ? e : other;
      }
    }
    throw other;
  }

  private JsonNode answer(ObjectNode body) throws SearchException, InterruptedException {
    String text;
    try {
      text = json.writeValueAsString(body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("query: " + body, e);
    }
    // A partial answer would look complete.
    JsonNode answer = send("POST", "/_search?allow_partial_search_results=false", text);
    if (answer.path("timed_out").asBoolean() || !answer.path("hits").has("total")) {
      throw new SearchException(connection + ": the answer is not a complete search result", null);
    }
    return answer;
  }

  /** Returns which of the fields are missing, or of another type. */
  private List<String> wrongFields() throws SearchException, InterruptedException {
    JsonNode fields =
        send("GET", "/_field_caps?fields=" + String.join(",", FIELDS.keySet()), null)
            .path("fields");
    List<String> wrong = new ArrayList<>();
    FIELDS.forEach(
        (name, type) -> {
          List<String> types = new ArrayList<>();
          fields.path(name).fieldNames().forEachRemaining(types::add);
          if (!types.equals(List.of(type))) {
            String is = types.isEmpty() ? "missing" : String.join(" and ", types);
            wrong.add(name + " is " + is + " (expected: " + type + ")");
          }
        });
    return wrong;
  }

  private JsonNode send(String method, String path, @Nullable String body)
      throws SearchException, InterruptedException {
    OpenSearchClient.Answer response;
    try {
      response = client.ask(method, connection.index() + path, body);
    } catch (HttpConnectTimeoutException e) {
      throw noAnswer(e);
    } catch (HttpTimeoutException e) {
      throw new SearchException(
          "%s: no answer within %s s (expected: an OpenSearch that is not overloaded; ask for less,"
                  .formatted(connection.where(), connection.timeout().toMillis() / 1e3)
              + " or wait longer)",
          e);
    } catch (SSLException e) {
      throw new SearchException(
          "%s: no secure connection: %s (expected: a certificate that Java trusts, or that"
                  .formatted(connection.where(), e.getMessage())
              + " is signed by an authority in the file of CA certificates)",
          e);
    } catch (IOException e) {
      throw noAnswer(e);
    }
    JsonNode answer = parse(response.body());
    if (response.status() != 200) {
      throw new SearchException(explain(response.status(), answer), null, response.status());
    }
    if (!answer.isObject()) {
      throw new SearchException(
          connection.where() + ": the server there is not an OpenSearch (expected: JSON)", null);
    }
    return answer;
  }

  private SearchException noAnswer(IOException failure) {
    return new SearchException(
        "%s: no answer%s (expected: an OpenSearch that runs, such as %s)"
            .formatted(
                connection.where(),
                failure.getMessage() == null ? "" : ": " + failure.getMessage(),
                "https://HOST:9200 where it uses TLS"),
        failure);
  }

  private JsonNode parse(byte[] body) {
    try {
      return json.readTree(body);
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  private String explain(int status, JsonNode answer) {
    JsonNode error = answer.path("error");
    JsonNode cause = error.path("root_cause").path(0);
    String type = cause.path("type").asText(error.path("type").asText(""));
    String reason = cause.path("reason").asText(error.path("reason").asText(error.asText("")));
    String said = reason.isEmpty() ? "status " + status : "status " + status + ", " + reason;
    return switch (status) {
      case 401 ->
          "%s: %s (expected: a user with its password that OpenSearch knows)"
              .formatted(
                  connection.where(),
                  connection.node().username() == null
                      ? "a user is required"
                      : "user " + connection.node().username() + " or the password is refused");
      case 403 ->
          "%s: %s may not read it (expected: the permission 'read' on it; %s)"
              .formatted(
                  connection,
                  connection.node().username() == null
                      ? "a request without a user"
                      : "user " + connection.node().username(),
                  said);
      case 404 ->
          type.equals("index_not_found_exception")
              ? "%s: there is no such index or alias (expected: one that 'groundstream index' made; GET _cat/aliases lists them)"
                  .formatted(connection)
              : "%s: %s (expected: the address of an OpenSearch)"
                  .formatted(connection.where(), said);
      case 429 -> "%s: OpenSearch is overloaded: %s; ask again later".formatted(connection, said);
      case UNAVAILABLE ->
          "%s: shards are missing, the index may be red: %s (see GET _cluster/health/%s and GET _cluster/allocation/explain)"
              .formatted(connection, said, connection.index());
      case 400 ->
          "%s: OpenSearch does not understand the query, so this is not an index of this version of Groundstream: %s; %s"
              .formatted(connection, said, REBUILD);
      default -> "%s: OpenSearch failed: %s".formatted(connection, said);
    };
  }
}
