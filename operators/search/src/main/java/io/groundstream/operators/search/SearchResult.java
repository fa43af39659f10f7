package io.groundstream.operators.search;

import java.time.Duration;
import java.util.List;

/**
 * The index's answer.
 *
 * @param query the query as the parser understood it, in the plain form of the language
 * @param total the exact number of images that match
 * @param offset how many of them were skipped
 * @param images the images of this page, in order
 * @param took how long the index took
 */
public record SearchResult(
    String query, long total, int offset, List<FoundImage> images, Duration took) {
  public SearchResult {
    images = List.copyOf(images);
  }
}
