package io.groundstream.operators.index;

/**
 * A box in fractions of a picture's width and height, (0, 0) being the upper left corner.
 *
 * @param xMin the left edge
 * @param yMin the upper edge
 * @param xMax the right edge, not left of the left one
 * @param yMax the lower edge, not above the upper one
 */
public record Box(double xMin, double yMin, double xMax, double yMax) {
  /** Returns the centre's distance from the picture's left edge. */
  public double centreX() {
    return (xMin + xMax) / 2;
  }

  /** Returns the centre's distance from the picture's upper edge. */
  public double centreY() {
    return (yMin + yMax) / 2;
  }

  /** Returns the width as a fraction of the picture's width. */
  public double width() {
    return xMax - xMin;
  }

  /** Returns the height as a fraction of the picture's height. */
  public double height() {
    return yMax - yMin;
  }

  /** Returns the area as a fraction of the picture's area. */
  public double area() {
    return width() * height();
  }
}
