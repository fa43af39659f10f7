package io.groundstream.operators.search;

import java.util.List;

/** A third of the image's height, by the y of a box's centre. */
enum Vertical {
  TOP(0, List.of("top", "upper")),
  MIDDLE(1, List.of("middle", "centre", "center")),
  BOTTOM(2, List.of("bottom", "lower"));

  private final int third;

  @SuppressWarnings("ImmutableEnumChecker") // List.of() gives an immutable one
  private final List<String> words;

  Vertical(int third, List<String> words) {
    this.third = third;
    this.words = words;
  }

  /** Returns which third it is, from 0 at the top to 2. */
  int third() {
    return third;
  }

  /** Returns the words that mean it, the usual one first. */
  List<String> words() {
    return words;
  }
}
