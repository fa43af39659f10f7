package io.groundstream.operators.search;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * Finds pictures by what they show and where, in the words of a small query language.
 *
 * <pre>{@code
 * ImageSearch search = new ImageSearch(IndexConnection.to(URI.create("http://localhost:9200")));
 * SearchResult found = search.search(SearchRequest.of("dog left of fire and not cat", 20));
 * }</pre>
 *
 * <p>Thread-safe; holds nothing that would have to be closed.
 */
public final class ImageSearch {
  private static final List<String> SOURCE =
      List.of(
          "image_id",
          "event_id",
          "event_time",
          "origin",
          "width",
          "height",
          "model_name",
          "model_revision",
          "attributes",
          "requests.request_id",
          "requests.task",
          "requests.caption",
          "requests.answer");

  private final SearchEndpoint endpoint;

  /**
   * Makes a search; nothing is asked of the index yet.
   *
   * @throws IllegalArgumentException if the file with the password or the certificates cannot be
   *     used; the message begins with {@code password-file} or {@code ca-certificates}
   */
  public ImageSearch(IndexConnection connection) {
    this.endpoint = new SearchEndpoint(connection);
  }

  /**
   * Answers a query.
   *
   * @throws SearchSyntaxException if the query cannot be read
   * @throws SearchException if the index cannot be asked, or is none of ours
   */
  public SearchResult search(SearchRequest request)
      throws SearchSyntaxException, SearchException, InterruptedException {
    Query query = QueryParser.parse(request.query());
    QueryTranslator.Translation translation = QueryTranslator.translate(query);
    return new ResultReader(query, translation.matches(), request.offset())
        .read(endpoint.search(body(request, translation)));
  }

  /**
   * Returns the request to OpenSearch that a query becomes, ready for its development tools: a line
   * with method and path, then the body.
   *
   * @throws SearchSyntaxException if the query cannot be read
   */
  public static String explain(SearchRequest request, String index) throws SearchSyntaxException {
    Query query = QueryParser.parse(request.query());
    return "GET %s/_search%n%s"
        .formatted(index, PrettyJson.print(body(request, QueryTranslator.translate(query))));
  }

  /**
   * Returns the query part of that request alone, as JSON.
   *
   * @throws SearchSyntaxException if the query cannot be read
   */
  public static String translate(String query) throws SearchSyntaxException {
    return PrettyJson.print(QueryTranslator.translate(QueryParser.parse(query)).json());
  }

  private static ObjectNode body(SearchRequest request, QueryTranslator.Translation translation) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("from", request.offset());
    body.put("size", request.limit());
    body.put("track_total_hits", true);
    body.set("query", translation.json());
    ArrayNode sort = body.putArray("sort");
    if (request.order() == SearchOrder.RELEVANCE) {
      sort.add("_score");
    }
    sort.addObject().putObject("event_time").put("order", "desc").put("missing", "_last");
    // So that one page goes on where the one before has ended.
    sort.addObject().put("image_id", "asc");
    ArrayNode source = body.putArray("_source");
    SOURCE.forEach(source::add);
    return body;
  }
}
