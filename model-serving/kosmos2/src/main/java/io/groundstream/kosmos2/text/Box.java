package io.groundstream.kosmos2.text;

import org.jspecify.annotations.Nullable;

/**
 * A rectangle in an upright image (after EXIF orientation), in normalised coordinates: 0 is the
 * left or upper edge of the image, 1 the right or lower one.
 */
public record Box(double xMin, double yMin, double xMax, double yMax) {

  /**
   * Returns why this box is not a valid region of a request, or null if it is valid: all four
   * coordinates are from 0 to 1, and each minimum is less than its maximum.
   */
  public @Nullable String problem() {
    // Written so that NaN, for which every comparison is false, is reported, too.
    if (!(inside(xMin) && inside(yMin) && inside(xMax) && inside(yMax))) {
      return "box: " + this + " (expected: four numbers from 0 to 1)";
    }
    if (xMin > xMax || yMin > yMax) {
      return "box: " + this + " is inverted (expected: x_min < x_max and y_min < y_max)";
    }
    if (xMin == xMax || yMin == yMax) {
      return "box: " + this + " has no area (expected: x_min < x_max and y_min < y_max)";
    }
    return null;
  }

  private static boolean inside(double value) {
    return value >= 0 && value <= 1;
  }

  /** Returns the coordinates in the format of the command line's {@code --region}. */
  @Override
  public String toString() {
    return xMin + "," + yMin + "," + xMax + "," + yMax;
  }
}
