package io.groundstream.operators.search;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.operators.index.IndexField;
import java.util.List;

/**
 * Finds images by what they show and where, in a small query language.
 *
 * <pre>{@code
 * ImageSearch search = new ImageSearch(IndexConnection.to(URI.create("http://localhost:9200")));
 * SearchResult found = search.search(SearchRequest.of("dog left of fire and not cat", 20));
 * }</pre>
 *
 * <p>Thread-safe; holds nothing that has to be closed.
 */
public final class ImageSearch {
  private static final List<String> SOURCE =
      List.of(
          IndexField.IMAGE_ID.in(),
          IndexField.EVENT_ID.in(),
          IndexField.EVENT_TIME.in(),
          IndexField.ORIGIN.in(),
          IndexField.WIDTH.in(),
          IndexField.HEIGHT.in(),
          IndexField.MODEL_NAME.in(),
          IndexField.MODEL_REVISION.in(),
          IndexField.ATTRIBUTES.in(),
          IndexField.REQUEST_ID.in(IndexField.REQUESTS),
          IndexField.TASK.in(IndexField.REQUESTS),
          IndexField.CAPTION.in(IndexField.REQUESTS),
          IndexField.ANSWER.in(IndexField.REQUESTS));

  private final SearchEndpoint endpoint;

  /**
   * Creates a search; sends nothing to the index yet.
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
   * @throws SearchException if the index cannot be asked, or is not an index of Groundstream
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
    sort.addObject()
        .putObject(IndexField.EVENT_TIME.in())
        .put("order", "desc")
        .put("missing", "_last");
    // A total order, so that a page starts where the page before it ended.
    sort.addObject().put(IndexField.IMAGE_ID.in(), "asc");
    ArrayNode source = body.putArray("_source");
    SOURCE.forEach(source::add);
    return body;
  }
}
