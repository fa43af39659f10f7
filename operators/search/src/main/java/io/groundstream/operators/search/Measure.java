package io.groundstream.operators.search;

import io.groundstream.operators.index.IndexField;

/** A measure of a box, from 0 to 1. */
enum Measure {
  AREA("area", IndexField.AREA, "the part of the image that the box covers"),
  WIDTH("width", IndexField.BOX_WIDTH, "the box's width, as a part of the image's"),
  HEIGHT("height", IndexField.BOX_HEIGHT, "the box's height, as a part of the image's"),
  X("x", IndexField.CENTRE_X, "how far right the box's centre lies, from 0 at the left edge"),
  Y("y", IndexField.CENTRE_Y, "how far down the box's centre lies, from 0 at the upper edge"),
  CONFIDENCE("confidence", IndexField.CONFIDENCE, "how sure the model was of the box");

  private final String word;
  private final IndexField field;
  private final String meaning;

  Measure(String word, IndexField field, String meaning) {
    this.word = word;
    this.field = field;
    this.meaning = meaning;
  }

  String word() {
    return word;
  }

  /** Returns the field of an entity. */
  IndexField field() {
    return field;
  }

  String meaning() {
    return meaning;
  }
}
