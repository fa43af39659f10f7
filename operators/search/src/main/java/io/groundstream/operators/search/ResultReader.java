package io.groundstream.operators.search;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.avro.Origin;
import io.groundstream.operators.index.Box;
import io.groundstream.operators.index.IndexField;
import io.groundstream.operators.index.Relation;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads OpenSearch's answer to a search. */
final class ResultReader {
  private final Query query;
  private final Map<String, Query> parts;
  private final int offset;

  /**
   * @param parts the parts of the query by the names of their inner hits
   */
  ResultReader(Query query, Map<String, Query> parts, int offset) {
    this.query = query;
    this.parts = parts;
    this.offset = offset;
  }

  SearchResult read(JsonNode answer) {
    List<FoundImage> images = new ArrayList<>();
    for (JsonNode hit : answer.path("hits").path("hits")) {
      images.add(image(hit));
    }
    return new SearchResult(
        QueryPrinter.print(query),
        answer.path("hits").path("total").path("value").asLong(),
        offset,
        images,
        Duration.ofMillis(answer.path("took").asLong()));
  }

  private FoundImage image(JsonNode hit) {
    JsonNode document = hit.path("_source");
    List<FoundMatch> matches = new ArrayList<>();
    boolean more = false;
    for (Map.Entry<String, Query> part : parts.entrySet()) {
      JsonNode inner = hit.path("inner_hits").path(part.getKey()).path("hits");
      for (JsonNode match : inner.path("hits")) {
        matches.add(match(part.getValue(), match.path("_source")));
      }
      more |= inner.path("total").path("value").asLong() > inner.path("hits").size();
    }
    List<FoundText> texts = new ArrayList<>();
    for (JsonNode request : at(document, IndexField.REQUESTS)) {
      texts.add(
          new FoundText(
              text(request, IndexField.REQUEST_ID),
              text(request, IndexField.TASK),
              text(request, IndexField.CAPTION),
              text(request, IndexField.ANSWER)));
    }
    Map<String, String> attributes = new TreeMap<>();
    for (Map.Entry<String, JsonNode> attribute : at(document, IndexField.ATTRIBUTES).properties()) {
      JsonNode value = attribute.getValue();
      attributes.put(attribute.getKey(), value.isValueNode() ? value.asText() : value.toString());
    }
    JsonNode score = hit.path("_score");
    JsonNode origin = at(document, IndexField.ORIGIN);
    return new FoundImage(
        at(document, IndexField.IMAGE_ID).asText(hit.path("_id").asText("")),
        text(document, IndexField.EVENT_ID),
        score.isNumber() ? score.asDouble() : null,
        time(at(document, IndexField.EVENT_TIME)),
        new Origin(
            text(origin, IndexField.SYSTEM),
            text(origin, IndexField.NAME),
            text(origin, IndexField.POSITION)),
        at(document, IndexField.WIDTH).asInt(),
        at(document, IndexField.HEIGHT).asInt(),
        text(document, IndexField.MODEL_NAME),
        text(document, IndexField.MODEL_REVISION),
        attributes,
        texts,
        matches,
        more);
  }

  private static FoundMatch match(Query part, JsonNode match) {
    String text = QueryPrinter.print(part);
    if (part instanceof Query.Related) {
      return new FoundMatch(
          text,
          box(at(match, IndexField.SUBJECT)),
          box(at(match, IndexField.OBJECT)),
          relations(at(match, IndexField.RELATIONS)));
    }
    return new FoundMatch(text, box(match), null, List.of());
  }

  /** Returns the relations that this version knows. */
  private static List<Relation> relations(JsonNode ids) {
    List<Relation> relations = new ArrayList<>();
    for (JsonNode id : ids) {
      for (Relation relation : Relation.values()) {
        if (relation.id().equals(id.asText())) {
          relations.add(relation);
        }
      }
    }
    return relations;
  }

  private static FoundBox box(JsonNode entity) {
    JsonNode confidence = at(entity, IndexField.CONFIDENCE);
    return new FoundBox(
        at(entity, IndexField.ENTITY).asInt(),
        text(entity, IndexField.PHRASE),
        new Box(
            at(entity, IndexField.X_MIN).asDouble(),
            at(entity, IndexField.Y_MIN).asDouble(),
            at(entity, IndexField.X_MAX).asDouble(),
            at(entity, IndexField.Y_MAX).asDouble()),
        confidence.isNumber() ? confidence.asDouble() : null,
        text(entity, IndexField.REQUEST_ID));
  }

  private static JsonNode at(JsonNode object, IndexField field) {
    return object.path(field.fieldName());
  }

  private static String text(JsonNode object, IndexField field) {
    return at(object, field).asText("");
  }

  private static @Nullable Instant time(JsonNode time) {
    if (time.isNumber()) {
      return Instant.ofEpochMilli(time.asLong());
    }
    try {
      return time.isTextual() ? OffsetDateTime.parse(time.asText()).toInstant() : null;
    } catch (DateTimeException e) {
      return null;
    }
  }
}
