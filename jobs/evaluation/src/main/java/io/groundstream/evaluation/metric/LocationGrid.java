package io.groundstream.evaluation.metric;

/**
 * Kosmos-2's grid of 32 × 32 cells, as its authors' evaluators read and write it. Unlike the
 * library, it never puts inverted corners right: such a box counts as wrong.
 */
public final class LocationGrid {
  private static final int SIDE = 32;
  private static final double CELL = 1.0 / SIDE;

  private LocationGrid() {}

  /**
   * Returns the box of two cells in an image of the given size: from centre to centre, or from edge
   * to edge if both cells share a row or a column.
   */
  static PixelBox box(int upperLeft, int lowerRight, double width, double height) {
    int left = upperLeft % SIDE;
    int top = upperLeft / SIDE;
    int right = lowerRight % SIDE;
    int bottom = lowerRight / SIDE;
    boolean line = left == right || top == bottom;
    double first = line ? 0 : CELL / 2;
    double last = line ? CELL : CELL / 2;
    return new PixelBox(
        (left * CELL + first) * width,
        (top * CELL + first) * height,
        (right * CELL + last) * width,
        (bottom * CELL + last) * height);
  }

  /** Returns the two location tokens of a box in an image of the given size. */
  public static String write(PixelBox box, double width, double height) {
    int left = clamp(Math.floor(box.xMin() / width * SIDE));
    int top = clamp(Math.floor(box.yMin() / height * SIDE));
    int right = clamp(Math.ceil(box.xMax() / width * SIDE - 1));
    int bottom = clamp(Math.ceil(box.yMax() / height * SIDE - 1));
    return token(top * SIDE + left) + token(bottom * SIDE + right);
  }

  private static String token(int cell) {
    return String.format("<patch_index_%04d>", cell);
  }

  private static int clamp(double cell) {
    return (int) Math.max(0, Math.min(SIDE - 1, cell));
  }
}
