package io.groundstream.console.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.groundstream.operators.index.IndexField;
import io.groundstream.operators.search.FoundBox;
import io.groundstream.operators.search.FoundImage;
import io.groundstream.operators.search.FoundMatch;
import io.groundstream.operators.search.FoundText;
import io.groundstream.operators.search.SearchResult;
import org.jspecify.annotations.Nullable;

/** A search's result as JSON, with the field names of the index. */
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
    json.put(IndexField.IMAGE_ID.fieldName(), image.imageId());
    json.put(IndexField.EVENT_ID.fieldName(), image.eventId());
    json.put("score", image.score());
    json.put(
        IndexField.EVENT_TIME.fieldName(),
        image.eventTime() == null ? null : image.eventTime().toString());
    json.putObject(IndexField.ORIGIN.fieldName())
        .put(IndexField.SYSTEM.fieldName(), image.origin().getSystem())
        .put(IndexField.NAME.fieldName(), image.origin().getName())
        .put(IndexField.POSITION.fieldName(), image.origin().getPosition());
    json.put(IndexField.WIDTH.fieldName(), image.width());
    json.put(IndexField.HEIGHT.fieldName(), image.height());
    json.put(IndexField.MODEL_NAME.fieldName(), image.modelName());
    json.put(IndexField.MODEL_REVISION.fieldName(), image.modelRevision());
    ObjectNode attributes = json.putObject(IndexField.ATTRIBUTES.fieldName());
    image.attributes().forEach(attributes::put);
    ArrayNode texts = json.putArray("texts");
    for (FoundText text : image.texts()) {
      texts
          .addObject()
          .put(IndexField.REQUEST_ID.fieldName(), text.requestId())
          .put(IndexField.TASK.fieldName(), text.task())
          .put(IndexField.CAPTION.fieldName(), text.caption())
          .put(IndexField.ANSWER.fieldName(), text.answer());
    }
    ArrayNode matches = json.putArray("matches");
    for (FoundMatch match : image.matches()) {
      ObjectNode object = matches.addObject();
      object.put("part", match.part());
      object.set(IndexField.SUBJECT.fieldName(), of(match.subject()));
      object.set(IndexField.OBJECT.fieldName(), of(match.object()));
      ArrayNode relations = object.putArray(IndexField.RELATIONS.fieldName());
      match.relations().forEach(relation -> relations.add(relation.id()));
    }
    json.put("more_matches", image.moreMatches());
    return json;
  }

  private static @Nullable ObjectNode of(@Nullable FoundBox box) {
    return box == null
        ? null
        : JsonNodeFactory.instance
            .objectNode()
            .put(IndexField.ENTITY.fieldName(), box.entity())
            .put(IndexField.PHRASE.fieldName(), box.phrase())
            .put(IndexField.X_MIN.fieldName(), box.box().xMin())
            .put(IndexField.Y_MIN.fieldName(), box.box().yMin())
            .put(IndexField.X_MAX.fieldName(), box.box().xMax())
            .put(IndexField.Y_MAX.fieldName(), box.box().yMax())
            .put(IndexField.CONFIDENCE.fieldName(), box.confidence())
            .put(IndexField.REQUEST_ID.fieldName(), box.requestId());
  }
}
