package io.groundstream.operators.search;

import java.util.List;

/** A third of the image's width, by the x of a box's centre. */
enum Horizontal {
  LEFT(0, List.of("left")),
  CENTRE(1, List.of("centre", "center", "middle")),
  RIGHT(2, List.of("right"));

  private final int third;

  @SuppressWarnings("ImmutableEnumChecker") // List.of() gives an immutable one
  private final List<String> words;

  Horizontal(int third, List<String> words) {
    this.third = third;
    this.words = words;
  }

  /** Returns which third it is, from 0 at the left to 2. */
  int third() {
    return third;
  }

  /** Returns the words that mean it, the usual one first. */
  List<String> words() {
    return words;
  }
}
