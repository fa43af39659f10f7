package io.groundstream.operators.index;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * The relations of two boxes of one image: what documents and queries call each, and the rule by
 * which it holds. Box a is the subject and box b the object, as in "a is left of b". All lengths
 * are fractions of the image's width or height.
 *
 * <dl>
 *   <dt>{@code left-of}
 *   <dd>a's centre lies left of b's centre, and either a's centre is not right of b's left edge, or
 *       a's right edge is not right of b's centre. So the boxes may overlap by up to half of one of
 *       them, and a box that spreads over both sides of another is on neither.
 *   <dt>{@code right-of}
 *   <dd>b is left of a.
 *   <dt>{@code above}
 *   <dd>as left-of, from top to bottom: a's centre lies above b's centre, and either a's centre is
 *       not below b's upper edge, or a's lower edge is not below b's centre.
 *   <dt>{@code below}
 *   <dd>b is above a.
 *   <dt>{@code inside}
 *   <dd>a has the smaller area, and at least {@value #INSIDE_PERCENT} % of a's area lie in b: a
 *       model's boxes are on a grid, and one cell too many does not put a thing outside. A box
 *       without area is inside b if all of it lies in b and the boxes differ.
 *   <dt>{@code contains}
 *   <dd>b is inside a.
 *   <dt>{@code overlapping}
 *   <dd>they share some area.
 *   <dt>{@code near}
 *   <dd>{@link Box#distanceTo} is at most {@value #NEAR_DISTANCE}.
 * </dl>
 *
 * <p>By these rules left-of and right-of, above and below, inside and contains are each other's
 * inverse; no box is left of a box that is left of it; overlapping and near hold both ways.
 */
public enum Relation {
  LEFT_OF(
      "left-of",
      Relation::isLeftOf,
      "A's centre lies left of B's, and A's centre is not right of B's left edge or A's right edge"
          + " is not right of B's centre: they may overlap by up to half of one of them",
      "left of",
      "to the left of",
      "on the left of",
      "to left of",
      "left-of"),
  RIGHT_OF(
      "right-of",
      (a, b) -> isLeftOf(b, a),
      "B is left of A",
      "right of",
      "to the right of",
      "on the right of",
      "to right of",
      "right-of"),
  ABOVE(
      "above",
      Relation::isAbove,
      "A's centre lies above B's, and A's centre is not below B's upper edge or A's lower edge is"
          + " not below B's centre",
      "above"),
  BELOW(
      "below", (a, b) -> isAbove(b, a), "B is above A", "below", "under", "underneath", "beneath"),
  INSIDE(
      "inside",
      Relation::isInside,
      "A is the smaller one by area, and at least "
          + Relation.INSIDE_PERCENT
          + " % of its area lie in B",
      "inside",
      "inside of",
      "within"),
  CONTAINS("contains", (a, b) -> isInside(b, a), "B is inside A", "contains", "containing"),
  OVERLAPPING(
      "overlapping",
      (a, b) -> a.sharedArea(b) > 0,
      "they share some area",
      "overlapping",
      "overlapping with",
      "overlaps",
      "overlaps with"),
  NEAR(
      "near",
      (a, b) -> a.distanceTo(b) <= Relation.NEAR_DISTANCE,
      "the shortest line between them is at most "
          + Relation.NEAR_DISTANCE
          + " long, where a step of 1 to the side is the image's width and one downwards its"
          + " height",
      "near",
      "near to",
      "next to",
      "close to",
      "beside");

  /** The part of a box that has to lie in another one for it to be inside. */
  static final int INSIDE_PERCENT = 90;

  /** The largest distance of boxes that are near each other. */
  static final double NEAR_DISTANCE = 0.1;

  private final String id;

  @SuppressWarnings("ImmutableEnumChecker") // A method or a lambda without state.
  private final BiPredicate<Box, Box> rule;

  private final String meaning;

  @SuppressWarnings("ImmutableEnumChecker") // List.of() gives an immutable one
  private final List<String> words;

  Relation(String id, BiPredicate<Box, Box> rule, String meaning, String... words) {
    this.id = id;
    this.rule = rule;
    this.meaning = meaning;
    this.words = List.of(words);
  }

  /** Returns all relations that a has to b, in the order of their declaration. */
  public static Set<Relation> of(Box a, Box b) {
    EnumSet<Relation> relations = EnumSet.noneOf(Relation.class);
    for (Relation relation : values()) {
      if (relation.rule.test(a, b)) {
        relations.add(relation);
      }
    }
    return relations;
  }

  /** Returns the value in documents, such as {@code left-of}. */
  public String id() {
    return id;
  }

  /** Returns the rule, as a sentence about the boxes A and B. */
  public String meaning() {
    return meaning;
  }

  /** Returns the words of a query that mean it, the usual ones first, each with single spaces. */
  public List<String> words() {
    return words;
  }

  private static boolean isLeftOf(Box a, Box b) {
    return a.centreX() < b.centreX() && (a.centreX() <= b.xMin() || a.xMax() <= b.centreX());
  }

  private static boolean isAbove(Box a, Box b) {
    return a.centreY() < b.centreY() && (a.centreY() <= b.yMin() || a.yMax() <= b.centreY());
  }

  private static boolean isInside(Box a, Box b) {
    if (a.area() > 0) {
      return a.area() < b.area() && a.sharedArea(b) >= INSIDE_PERCENT / 100.0 * a.area();
    }
    return !a.equals(b)
        && b.xMin() <= a.xMin()
        && a.xMax() <= b.xMax()
        && b.yMin() <= a.yMin()
        && a.yMax() <= b.yMax();
  }
}
