package io.groundstream.operators.search;

import java.time.Duration;
import java.util.List;

/**
 * What the index answered.
 *
 * @param query the query as it was understood, in the language's plain form
 * @param total how many pictures match, exactly
 * @param offset how many of them were left out first
 * @param images those that were asked for, in order
 * @param took how long the index took
 */
public record SearchResult(
    String query, long total, int offset, List<FoundImage> images, Duration took) {
  public SearchResult {
    images = List.copyOf(images);
  }
}
