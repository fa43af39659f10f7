package io.groundstream.kosmos2.text;

import org.apiguardian.api.API;

/**
 * The model's encoding of boxes: a square grid of cells over the image, numbered row by row from
 * the upper left. A box is the pair of cells of its upper-left and lower-right corners.
 *
 * <p>When encoding, the upper-left cell is found by floor and the lower-right one by ceil − 1, so
 * that a box whose edge is on a grid line does not touch the next cell. When decoding, a corner is
 * the centre of its cell, except that a box of one row or one column spans whole cells, since it
 * would otherwise have no area. Both are as in the reference implementation and in {@code
 * decode_string.py} of Kosmos-2's authors.
 */
@API(status = API.Status.INTERNAL)
public final class LocationTokens {
  private final int side;

  /**
   * @param count the number of location tokens, a square number
   */
  public LocationTokens(int count) {
    this.side = (int) Math.round(Math.sqrt(count));
    if (count < 1 || side * side != count) {
      throw new IllegalArgumentException(
          "location tokens: " + count + " (expected: a square number, such as 1024)");
    }
  }

  /** Returns the number of cells along each side. */
  public int side() {
    return side;
  }

  /** Returns the number of cells. */
  public int count() {
    return side * side;
  }

  /** Returns the cell of the upper-left corner. Coordinates outside [0, 1] are clamped. */
  public int upperLeft(Box box) {
    return floorCell(box.yMin()) * side + floorCell(box.xMin());
  }

  /** Returns the cell of the lower-right corner; never above or left of {@link #upperLeft}. */
  public int lowerRight(Box box) {
    int column = Math.max(floorCell(box.xMin()), ceilCell(box.xMax()));
    int row = Math.max(floorCell(box.yMin()), ceilCell(box.yMax()));
    return row * side + column;
  }

  /** Returns whether the corners are inverted, horizontally or vertically. */
  public boolean isInverted(int upperLeft, int lowerRight) {
    return upperLeft % side > lowerRight % side || upperLeft / side > lowerRight / side;
  }

  /** Returns the box of two corner cells, corrected if they are inverted. */
  public Box box(int upperLeft, int lowerRight) {
    int left = Math.min(upperLeft % side, lowerRight % side);
    int right = Math.max(upperLeft % side, lowerRight % side);
    int top = Math.min(upperLeft / side, lowerRight / side);
    int bottom = Math.max(upperLeft / side, lowerRight / side);
    double cell = 1.0 / side;
    if (left == right || top == bottom) {
      return new Box(left * cell, top * cell, right * cell + cell, bottom * cell + cell);
    }
    double half = cell / 2;
    return new Box(
        left * cell + half, top * cell + half, right * cell + half, bottom * cell + half);
  }

  private int floorCell(double coordinate) {
    return clamp((int) Math.floor(coordinate * side));
  }

  private int ceilCell(double coordinate) {
    return clamp((int) Math.ceil(coordinate * side - 1));
  }

  /**
   * Clamps a cell to the grid; without this, x = 1.0 would be in the first cell of the next row.
   */
  private int clamp(int cell) {
    return Math.max(0, Math.min(side - 1, cell));
  }
}
