package io.groundstream.operators.search;

/** A figure of a box, from 0 to 1. */
enum Measure {
  AREA("area", "area", "the part of the picture that the box covers"),
  WIDTH("width", "box_width", "the box's width, as a part of the picture's"),
  HEIGHT("height", "box_height", "the box's height, as a part of the picture's"),
  X("x", "centre_x", "how far right the box's centre lies, from 0 at the left edge"),
  Y("y", "centre_y", "how far down the box's centre lies, from 0 at the upper edge"),
  CONFIDENCE("confidence", "confidence", "how sure the model was of the box");

  private final String word;
  private final String field;
  private final String meaning;

  Measure(String word, String field, String meaning) {
    this.word = word;
    this.field = field;
    this.meaning = meaning;
  }

  String word() {
    return word;
  }

  /** Returns the field's name in an entity of the index. */
  String field() {
    return field;
  }

  String meaning() {
    return meaning;
  }
}
