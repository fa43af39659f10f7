package io.groundstream.operators.search;

import io.groundstream.avro.Origin;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A picture that was found.
 *
 * @param imageId the picture
 * @param eventId the event that it came with last
 * @param score how well it matches, for comparing within one result; null where that was not asked
 * @param eventTime when the event happened; null where that is not known
 * @param origin where the event came from; its parts are empty where that is not known
 * @param width in pixels
 * @param height in pixels
 * @param modelName the model that looked at it
 * @param modelRevision the model's revision
 * @param attributes what the event said of it
 * @param texts captions and answers, in the order of the document
 * @param matches the boxes that matched, of each part of the query the best
 * @param moreMatches whether more boxes matched than are told
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
