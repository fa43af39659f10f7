package io.groundstream.operators.index;

/**
 * A box in fractions of an image's width and height; (0, 0) is the upper left corner.
 *
 * @param xMin the left edge
 * @param yMin the upper edge
 * @param xMax the right edge, not left of the left one
 * @param yMax the lower edge, not above the upper one
 */
public record Box(double xMin, double yMin, double xMax, double yMax) {
  /** Returns the centre's distance from the image's left edge. */
  public double centreX() {
    return (xMin + xMax) / 2;
  }

  /** Returns the centre's distance from the image's upper edge. */
  public double centreY() {
    return (yMin + yMax) / 2;
  }

  /** Returns the width as a fraction of the image's width. */
  public double width() {
    return xMax - xMin;
  }

  /** Returns the height as a fraction of the image's height. */
  public double height() {
    return yMax - yMin;
  }

  /** Returns the area as a fraction of the image's area. */
  public double area() {
    return width() * height();
  }

  /** Returns the area that both boxes cover, as a fraction of the image's area. */
  double sharedArea(Box other) {
    double width = Math.min(xMax, other.xMax) - Math.max(xMin, other.xMin);
    double height = Math.min(yMax, other.yMax) - Math.max(yMin, other.yMin);
    return width <= 0 || height <= 0 ? 0 : width * height;
  }

  /** Returns the shared area as a part of the area that the boxes cover together, in [0, 1]. */
  public double intersectionOverUnion(Box other) {
    double shared = sharedArea(other);
    // Divided by itself rather than by a sum that rounding made smaller.
    return shared <= 0 ? 0 : shared / Math.max(shared, area() + other.area() - shared);
  }

  /**
   * Returns the length of the shortest line between the boxes, 0 where they touch or overlap. A
   * step of 1 to the side is the image's width, one downwards its height.
   */
  double distanceTo(Box other) {
    double aside = Math.max(0, Math.max(xMin - other.xMax, other.xMin - xMax));
    double downwards = Math.max(0, Math.max(yMin - other.yMax, other.yMin - yMax));
    return Math.hypot(aside, downwards);
  }
}
