package io.groundstream.operators.search;

import io.groundstream.operators.index.IndexField;

/** What the model wrote about the whole image. */
enum TextField {
  CAPTION("caption", IndexField.CAPTION, "a caption of the image"),
  ANSWER("answer", IndexField.ANSWER, "an answer to a question about it");

  private final String word;
  private final IndexField field;
  private final String meaning;

  TextField(String word, IndexField field, String meaning) {
    this.word = word;
    this.field = field;
    this.meaning = meaning;
  }

  String word() {
    return word;
  }

  /** Returns the field of a request. */
  IndexField field() {
    return field;
  }

  String meaning() {
    return meaning;
  }
}
