package io.groundstream.operators.search;

/** What the model wrote about the whole picture. */
enum TextField {
  CAPTION("caption", "requests.caption", "a caption of the picture"),
  ANSWER("answer", "requests.answer", "an answer to a question about it");

  private final String word;
  private final String field;
  private final String meaning;

  TextField(String word, String field, String meaning) {
    this.word = word;
    this.field = field;
    this.meaning = meaning;
  }

  String word() {
    return word;
  }

  /** Returns the field's name in the index, below the nested requests. */
  String field() {
    return field;
  }

  String meaning() {
    return meaning;
  }
}
