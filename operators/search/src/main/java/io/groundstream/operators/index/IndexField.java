package io.groundstream.operators.index;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The fields of the index's documents: their names, and their types in the mapping. A name has the
 * same type in each object that has a field of this name. The mapping itself is {@link
 * IndexSetup#template()}.
 */
public enum IndexField {
  // Objects, and what they hold.
  ORIGIN("origin", "object"),
  ATTRIBUTES("attributes", "flat_object"),
  REQUESTS("requests", "nested"),
  ENTITIES("entities", "nested"),
  PAIRS("pairs", "nested"),
  SUBJECT("subject", "object"),
  OBJECT("object", "object"),

  // Of the image.
  IMAGE_ID("image_id", "keyword"),
  EVENT_ID("event_id", "keyword"),
  WIDTH("width", "integer"),
  HEIGHT("height", "integer"),
  CONTENT_SHA256("content_sha256", "keyword"),
  MODEL_NAME("model_name", "keyword"),
  MODEL_REVISION("model_revision", "keyword"),
  MODEL_DTYPE("model_dtype", "keyword"),
  EVENT_TIME("event_time", "date"),
  PROCESSING_TIME("processing_time", "date"),
  SYSTEM("system", "keyword"),
  NAME("name", "keyword"),
  POSITION("position", "keyword"),
  COMPLETE("complete", "boolean"),
  ENTITY_COUNT("entity_count", "integer"),
  ENTITIES_CUT("entities_cut", "boolean"),

  // Of a request.
  REQUEST_ID("request_id", "keyword"),
  TASK("task", "keyword"),
  CAPTION("caption", "text"),
  ANSWER("answer", "text"),
  FINISH_REASON("finish_reason", "keyword"),
  ERROR_CODE("error_code", "keyword"),
  PHRASE_COUNT("phrase_count", "integer"),

  // Of an entity, and of the two in a pair.
  ENTITY("entity", "integer"),
  PHRASE("phrase", "text"),
  NORMALISED("normalised", "keyword"),
  ORDINAL("ordinal", "integer"),
  BOX_ORDINAL("box_ordinal", "integer"),
  X_MIN("x_min", "double"),
  Y_MIN("y_min", "double"),
  X_MAX("x_max", "double"),
  Y_MAX("y_max", "double"),
  CENTRE_X("centre_x", "double"),
  CENTRE_Y("centre_y", "double"),
  BOX_WIDTH("box_width", "double"),
  BOX_HEIGHT("box_height", "double"),
  AREA("area", "double"),
  CONFIDENCE("confidence", "float"),
  SOURCE("source", "keyword"),

  // Of a pair.
  RELATIONS("relations", "keyword"),
  DISTANCE("distance", "float"),
  IOU("iou", "float");

  private final String fieldName;
  private final String type;

  IndexField(String fieldName, String type) {
    this.fieldName = fieldName;
    this.type = type;
  }

  /** Returns the name, such as {@code x_min}. */
  public String fieldName() {
    return fieldName;
  }

  /** Returns the type in the mapping, such as {@code keyword}. */
  public String type() {
    return type;
  }

  /**
   * Returns the path from the document, such as {@code pairs.subject.phrase}.
   *
   * @param objects the objects that hold the field, the outermost first; none for a field of the
   *     document itself
   */
  public String in(IndexField... objects) {
    return Stream.concat(Arrays.stream(objects), Stream.of(this))
        .map(IndexField::fieldName)
        .collect(Collectors.joining("."));
  }
}
