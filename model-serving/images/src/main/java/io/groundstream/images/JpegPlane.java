package io.groundstream.images;

/**
 * The samples of a component in two rows of MCUs: the last one decoded and the one before. They are
 * ints, because the JVM vectorises loops over ints.
 *
 * <p>Rows are in the order of {@link JpegColumns}. If a component has a sample for each column of
 * the image, its rows hold the even columns first and then the odd ones; otherwise they hold all
 * columns of a group in order.
 */
final class JpegPlane {
  final int[] samples;

  /** Distance from one row to the next. */
  final int stride;

  /** The number of columns in a group. */
  final int perGroup;

  final int groups;

  /** Distance from an even column to the odd one after it, if even and odd columns are separate. */
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

  /** Returns the index of a row's first sample. */
  int start(int row) {
    return row % rows * stride;
  }

  /** Returns the index within a row of a column of the first group. */
  int column(int column) {
    return split ? (column >> 1) * groups + (column & 1) * odd : column * groups;
  }

  /** Returns the index within a row of a column of the image. */
  int place(int column) {
    return column(column % perGroup) + column / perGroup;
  }
}
