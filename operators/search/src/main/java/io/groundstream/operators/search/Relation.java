package io.groundstream.operators.search;

import java.util.List;

/**
 * How two boxes of a picture lie to each other: what the index calls it, what people do, and the
 * rule by which the index job found it.
 */
enum Relation {
  LEFT_OF(
      "left-of",
      "A's centre lies left of B's, and A's centre is not right of B's left edge or A's right edge"
          + " is not right of B's centre: they may overlap by up to half of one of them",
      "left of",
      "to the left of",
      "on the left of",
      "to left of",
      "left-of"),
  RIGHT_OF(
      "right-of",
      "B is left of A",
      "right of",
      "to the right of",
      "on the right of",
      "to right of",
      "right-of"),
  ABOVE(
      "above",
      "A's centre lies above B's, and A's centre is not below B's upper edge or A's lower edge is"
          + " not below B's centre",
      "above"),
  BELOW("below", "B is above A", "below", "under", "underneath", "beneath"),
  INSIDE(
      "inside",
      "A is the smaller one by area, and at least 90 % of its area lie in B",
      "inside",
      "inside of",
      "within"),
  CONTAINS("contains", "B is inside A", "contains", "containing"),
  OVERLAPPING(
      "overlapping",
      "they share some area",
      "overlapping",
      "overlapping with",
      "overlaps",
      "overlaps with"),
  NEAR(
      "near",
      "the shortest line between them is at most 0.1 long, where a step of 1 to the side is the"
          + " picture's width and one downwards its height",
      "near",
      "near to",
      "next to",
      "close to",
      "beside");

  private final String term;
  private final String meaning;

  @SuppressWarnings("ImmutableEnumChecker") // List.of() gives an immutable one
  private final List<String> words;

  Relation(String term, String meaning, String... words) {
    this.term = term;
    this.meaning = meaning;
    this.words = List.of(words);
  }

  /** Returns what the index writes for it. */
  String term() {
    return term;
  }

  /** Returns the rule, as a sentence about the boxes A and B. */
  String meaning() {
    return meaning;
  }

  /** Returns the words that mean it, the usual ones first, each with single spaces. */
  List<String> words() {
    return words;
  }
}
