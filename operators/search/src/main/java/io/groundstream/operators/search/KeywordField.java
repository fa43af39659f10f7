package io.groundstream.operators.search;

/** A field that is looked up letter for letter. */
enum KeywordField {
  TASK("task", "requests.task", "a task that was asked of the picture"),
  ERROR("error", "requests.error_code", "the code of a request that failed"),
  MODEL("model", "model_name", "the model's name"),
  REVISION("revision", "model_revision", "the model's revision"),
  IMAGE("image", "image_id", "the picture's id"),
  EVENT("event", "event_id", "the event's id"),
  ORIGIN("origin", "origin.name", "the topic or archive that the event came from");

  private final String word;
  private final String field;
  private final String meaning;

  KeywordField(String word, String field, String meaning) {
    this.word = word;
    this.field = field;
    this.meaning = meaning;
  }

  String word() {
    return word;
  }

  /** Returns the field's name in the index. */
  String field() {
    return field;
  }

  /** Returns whether the field lies below the nested requests. */
  boolean ofRequest() {
    return field.startsWith("requests.");
  }

  String meaning() {
    return meaning;
  }
}
