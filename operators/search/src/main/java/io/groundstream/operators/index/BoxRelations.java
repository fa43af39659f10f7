package io.groundstream.operators.index;

import java.util.EnumSet;
import java.util.Set;

/**
 * How two boxes of one picture lie to each other. This is the definition of the relations that the
 * index holds and that searches ask for; {@code a} is the subject, {@code b} the object, as in "a
 * is left of b". All lengths are fractions of the picture's width or height.
 *
 * <dl>
 *   <dt>{@code left-of}
 *   <dd>a's centre lies left of b's centre, and furthermore either a's centre is not right of b's
 *       left edge, or a's right edge is not right of b's centre. So the boxes may overlap by up to
 *       half of one of them, and a box that spreads over both sides of another is on neither.
 *   <dt>{@code right-of}
 *   <dd>b is left of a.
 *   <dt>{@code above}
 *   <dd>as left-of, from top to bottom: a's centre lies above b's centre, and either a's centre is
 *       not below b's upper edge, or a's lower edge is not below b's centre.
 *   <dt>{@code below}
 *   <dd>b is above a.
 *   <dt>{@code inside}
 *   <dd>a is the smaller one by area, and at least 90 % of a's area lie in b; a model's boxes are
 *       on a grid, and one cell too many does not put a thing outside. Of boxes without area, a is
 *       inside b if it lies in b wholly and the boxes differ.
 *   <dt>{@code contains}
 *   <dd>b is inside a.
 *   <dt>{@code overlapping}
 *   <dd>they share some area.
 *   <dt>{@code near}
 *   <dd>{@link #distance} is at most 0.1.
 * </dl>
 *
 * <p>By these definitions left-of and right-of, above and below, inside and contains are each
 * other's inverse, no box is left of what is left of it, and overlapping and near hold both ways.
 */
public final class BoxRelations {
  /** The part of a box that has to lie in another one for it to be inside. */
  static final double INSIDE_FRACTION = 0.9;

  /** The largest distance of boxes that are near each other. */
  static final double NEAR_DISTANCE = 0.1;

  private BoxRelations() {}

  /** Returns all relations in which a is to b, in the order of their declaration. */
  public static Set<BoxRelation> of(Box a, Box b) {
    EnumSet<BoxRelation> relations = EnumSet.noneOf(BoxRelation.class);
    if (leftOf(a, b)) {
      relations.add(BoxRelation.LEFT_OF);
    }
    if (leftOf(b, a)) {
      relations.add(BoxRelation.RIGHT_OF);
    }
    if (above(a, b)) {
      relations.add(BoxRelation.ABOVE);
    }
    if (above(b, a)) {
      relations.add(BoxRelation.BELOW);
    }
    if (inside(a, b)) {
      relations.add(BoxRelation.INSIDE);
    }
    if (inside(b, a)) {
      relations.add(BoxRelation.CONTAINS);
    }
    if (intersection(a, b) > 0) {
      relations.add(BoxRelation.OVERLAPPING);
    }
    if (distance(a, b) <= NEAR_DISTANCE) {
      relations.add(BoxRelation.NEAR);
    }
    return relations;
  }

  /**
   * Returns the length of the shortest line between the boxes, 0 where they touch or overlap. A
   * step of 1 to the side is the picture's width, one downwards its height.
   */
  public static double distance(Box a, Box b) {
    double aside = Math.max(0, Math.max(a.xMin() - b.xMax(), b.xMin() - a.xMax()));
    double downwards = Math.max(0, Math.max(a.yMin() - b.yMax(), b.yMin() - a.yMax()));
    return Math.hypot(aside, downwards);
  }

  /** Returns the shared area as a part of the area that they cover together, in [0, 1]. */
  public static double intersectionOverUnion(Box a, Box b) {
    double shared = intersection(a, b);
    // Divided by itself rather than by a sum that rounding made smaller.
    return shared <= 0 ? 0 : shared / Math.max(shared, a.area() + b.area() - shared);
  }

  private static boolean leftOf(Box a, Box b) {
    return a.centreX() < b.centreX() && (a.centreX() <= b.xMin() || a.xMax() <= b.centreX());
  }

  private static boolean above(Box a, Box b) {
    return a.centreY() < b.centreY() && (a.centreY() <= b.yMin() || a.yMax() <= b.centreY());
  }

  private static boolean inside(Box a, Box b) {
    if (a.area() > 0) {
      return a.area() < b.area() && intersection(a, b) >= INSIDE_FRACTION * a.area();
    }
    return !a.equals(b)
        && b.xMin() <= a.xMin()
        && a.xMax() <= b.xMax()
        && b.yMin() <= a.yMin()
        && a.yMax() <= b.yMax();
  }

  private static double intersection(Box a, Box b) {
    double width = Math.min(a.xMax(), b.xMax()) - Math.max(a.xMin(), b.xMin());
    double height = Math.min(a.yMax(), b.yMax()) - Math.max(a.yMin(), b.yMin());
    return width <= 0 || height <= 0 ? 0 : width * height;
  }
}
