package io.groundstream.operators.search;

/**
 * A search.
 *
 * @param query in the language that {@code deploy/search.md} describes
 * @param offset how many of the images found are skipped
 * @param limit the most images to return; 0 only counts
 * @param order what comes first
 */
public record SearchRequest(String query, int offset, int limit, SearchOrder order) {
  /** OpenSearch's default limit of offset and limit together. */
  public static final int MAX_REACH = 10_000;

  /**
   * @throws IllegalArgumentException if offset or limit is invalid; the message says what was
   *     expected
   */
  public SearchRequest {
    if (offset < 0 || limit < 0) {
      throw new IllegalArgumentException(
          "%s: %d (expected: >= 0)"
              .formatted(offset < 0 ? "offset" : "limit", offset < 0 ? offset : limit));
    }
    if ((long) offset + limit > MAX_REACH) {
      throw new IllegalArgumentException(
          "offset + limit: %d (expected: <= %d; ask for less by a time or another condition)"
              .formatted((long) offset + limit, MAX_REACH));
    }
  }

  /** Returns a request for the first {@code limit} images, the best first. */
  public static SearchRequest of(String query, int limit) {
    return new SearchRequest(query, 0, limit, SearchOrder.RELEVANCE);
  }
}
