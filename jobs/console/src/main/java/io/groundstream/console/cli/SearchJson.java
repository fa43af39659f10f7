package io.groundstream.console.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.operators.search.FoundBox;
import io.groundstream.operators.search.FoundImage;
import io.groundstream.operators.search.FoundMatch;
import io.groundstream.operators.search.FoundText;
import io.groundstream.operators.search.SearchResult;
import org.jspecify.annotations.Nullable;

/** A search's result as JSON, with the names that records and index have. */
final class SearchJson {
  private SearchJson() {}

  static ObjectNode of(SearchResult result) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("query", result.query());
    json.put("total", result.total());
    json.put("offset", result.offset());
    json.put("took_ms", result.took().toMillis());
    ArrayNode images = json.putArray("images");
    result.images().forEach(image -> images.add(of(image)));
    return json;
  }

  private static ObjectNode of(FoundImage image) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("image_id", image.imageId());
    json.put("event_id", image.eventId());
    json.put("score", image.score());
    json.put("event_time", image.eventTime() == null ? null : image.eventTime().toString());
    json.putObject("origin")
        .put("system", image.origin().getSystem())
        .put("name", image.origin().getName())
        .put("position", image.origin().getPosition());
    json.put("width", image.width());
    json.put("height", image.height());
    json.put("model_name", image.modelName());
    json.put("model_revision", image.modelRevision());
    ObjectNode attributes = json.putObject("attributes");
    image.attributes().forEach(attributes::put);
    ArrayNode texts = json.putArray("texts");
    for (FoundText text : image.texts()) {
      texts
          .addObject()
          .put("request_id", text.requestId())
          .put("task", text.task())
          .put("caption", text.caption())
          .put("answer", text.answer());
    }
    ArrayNode matches = json.putArray("matches");
    for (FoundMatch match : image.matches()) {
      ObjectNode object = matches.addObject();
      object.put("part", match.part());
      object.set("subject", of(match.subject()));
      object.set("object", of(match.object()));
      ArrayNode relations = object.putArray("relations");
      match.relations().forEach(relations::add);
    }
    json.put("more_matches", image.moreMatches());
    return json;
  }

  private static @Nullable ObjectNode of(@Nullable FoundBox box) {
    return box == null
        ? null
        : JsonNodeFactory.instance
            .objectNode()
            .put("entity", box.entity())
            .put("phrase", box.phrase())
            .put("x_min", box.xMin())
            .put("y_min", box.yMin())
            .put("x_max", box.xMax())
            .put("y_max", box.yMax())
            .put("confidence", box.confidence())
            .put("request_id", box.requestId());
  }
}
