package io.groundstream.images;

/**
 * The samples of a component in two rows of MCUs, the one that was decoded last and the one before:
 * an int each, as loops over ints are what the JVM makes vector instructions of.
 *
 * <p>The rows are in the order of {@link JpegColumns}. Those of a component that has a sample for
 * each column of the picture hold the even columns first and then the odd ones; others have all
 * columns of a group in their order.
 */
final class JpegPlane {
  final int[] samples;

  /** From a row to the next. */
  final int stride;

  /** How many columns a group has. */
  final int perGroup;

  final int groups;

  /** From an even column to the odd one next to it, if they stand apart. */
  final int odd;

  private final boolean split;
  private final int rows;

  JpegPlane(JpegFrame frame, JpegComponent component, JpegColumns columns) {
    this.rows = 2 * component.vertical * frame.unit();
    this.groups = columns.groups;
    this.perGroup = columns.perGroup / frame.mostHorizontal * component.horizontal;
    this.stride = perGroup * groups;
    this.split = component.horizontal == frame.mostHorizontal;
    this.odd = stride / 2;
    this.samples = new int[rows * stride];
  }

  /** Returns where a row begins. */
  int start(int row) {
    return row % rows * stride;
  }

  /** Returns where, in a row, a column of a group stands, of the first group. */
  int column(int column) {
    return split ? (column >> 1) * groups + (column & 1) * odd : column * groups;
  }

  /** Returns where, in a row, a column of the picture stands. */
  int place(int column) {
    return column(column % perGroup) + column / perGroup;
  }
}
