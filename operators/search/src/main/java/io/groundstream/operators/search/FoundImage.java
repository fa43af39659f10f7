package io.groundstream.operators.search;

import io.groundstream.avro.Origin;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An image that was found.
 *
 * @param imageId the image
 * @param eventId the newest event of it
 * @param score how well it matches, comparable within one result; null if the result is not sorted
 *     by it
 * @param eventTime when the event happened; null where unknown
 * @param origin where the event came from; its parts are empty where unknown
 * @param width in pixels
 * @param height in pixels
 * @param modelName the model that described it
 * @param modelRevision the model's revision
 * @param attributes the attributes of the event
 * @param texts captions and answers, in the order of the document
 * @param matches the boxes that matched, the best of each part of the query
 * @param moreMatches whether more boxes matched than these
 */
public record FoundImage(
    String imageId,
    String eventId,
    @Nullable Double score,
    @Nullable Instant eventTime,
    Origin origin,
    int width,
    int height,
    String modelName,
    String modelRevision,
    Map<String, String> attributes,
    List<FoundText> texts,
    List<FoundMatch> matches,
    boolean moreMatches) {
  public FoundImage {
    attributes = Map.copyOf(attributes);
    texts = List.copyOf(texts);
    matches = List.copyOf(matches);
  }
}
