package io.groundstream.operators.search;

import com.fasterxml.jackson.databind.JsonNode;
import io.groundstream.avro.Origin;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads what OpenSearch answers to a search of ours. */
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
    for (JsonNode request : document.path("requests")) {
      texts.add(
          new FoundText(
              request.path("request_id").asText(""),
              request.path("task").asText(""),
              request.path("caption").asText(""),
              request.path("answer").asText("")));
    }
    Map<String, String> attributes = new TreeMap<>();
    for (Map.Entry<String, JsonNode> attribute : document.path("attributes").properties()) {
      JsonNode value = attribute.getValue();
      attributes.put(attribute.getKey(), value.isValueNode() ? value.asText() : value.toString());
    }
    JsonNode score = hit.path("_score");
    return new FoundImage(
        document.path("image_id").asText(hit.path("_id").asText("")),
        document.path("event_id").asText(""),
        score.isNumber() ? score.asDouble() : null,
        time(document.path("event_time")),
        new Origin(
            document.path("origin").path("system").asText(""),
            document.path("origin").path("name").asText(""),
            document.path("origin").path("position").asText("")),
        document.path("width").asInt(),
        document.path("height").asInt(),
        document.path("model_name").asText(""),
        document.path("model_revision").asText(""),
        attributes,
        texts,
        matches,
        more);
  }

  private static FoundMatch match(Query part, JsonNode match) {
    String text = QueryPrinter.print(part);
    if (part instanceof Query.Related) {
      List<String> relations = new ArrayList<>();
      match.path("relations").forEach(relation -> relations.add(relation.asText()));
      return new FoundMatch(text, box(match.path("subject")), box(match.path("object")), relations);
    }
    return new FoundMatch(text, box(match), null, List.of());
  }

  private static FoundBox box(JsonNode entity) {
    JsonNode confidence = entity.path("confidence");
    return new FoundBox(
        entity.path("entity").asInt(),
        entity.path("phrase").asText(""),
        entity.path("x_min").asDouble(),
        entity.path("y_min").asDouble(),
        entity.path("x_max").asDouble(),
        entity.path("y_max").asDouble(),
        confidence.isNumber() ? confidence.asDouble() : null,
        entity.path("request_id").asText(""));
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
