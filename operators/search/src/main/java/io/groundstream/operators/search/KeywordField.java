package io.groundstream.operators.search;

import io.groundstream.operators.index.IndexField;

/** A field that is compared letter for letter. */
enum KeywordField {
  TASK("task", "a task that was asked of the image", IndexField.TASK, IndexField.REQUESTS),
  ERROR("error", "the code of a request that failed", IndexField.ERROR_CODE, IndexField.REQUESTS),
  MODEL("model", "the model's name", IndexField.MODEL_NAME),
  REVISION("revision", "the model's revision", IndexField.MODEL_REVISION),
  IMAGE("image", "the image's id", IndexField.IMAGE_ID),
  EVENT("event", "the event's id", IndexField.EVENT_ID),
  ORIGIN(
      "origin",
      "the topic or archive that the event came from",
      IndexField.NAME,
      IndexField.ORIGIN);

  private final String word;
  private final String meaning;
  private final String path;
  private final boolean ofRequest;

  /**
   * @param objects the objects that hold the field, the outermost first
   */
  KeywordField(String word, String meaning, IndexField field, IndexField... objects) {
    this.word = word;
    this.meaning = meaning;
    this.path = field.in(objects);
    this.ofRequest = objects.length > 0 && objects[0] == IndexField.REQUESTS;
  }

  String word() {
    return word;
  }

  String meaning() {
    return meaning;
  }

  /** Returns the field's path in the index. */
  String path() {
    return path;
  }

  /** Returns whether the field belongs to the nested requests. */
  boolean ofRequest() {
    return ofRequest;
  }
}
