package io.groundstream.images;

/**
 * Upsamples the rows of a subsampled component as libjpeg does. With half as many samples as
 * pixels, it interpolates between two samples with weights of three and one, rounding up and down
 * in turns; with still fewer samples, it repeats them.
 */
final class JpegUpsampler {
  /** Libjpeg repeats the samples of rows that have at most this many. */
  private static final int NARROW = 2;

  /** The method of upsampling. */
  private enum Method {
    COPY,
    REPEAT,
    BETWEEN_ROWS,
    BETWEEN_COLUMNS,
    BETWEEN_BOTH
  }

  /** The samples of a row of the image in even columns. */
  final int[] even;

  /** The samples of a row of the image in odd columns. */
  final int[] odd;

  private final JpegPlane plane;
  private final Method method;
  private final int across;
  private final int down;
  private final int width;
  private final int height;
  private final int columns;

  /** A row, or the sum of three times a row and its neighbour. */
  private final int[] row;

  /** The left neighbours of a row's samples; below, the right ones. */
  private final int[] before;

  private final int[] after;

  JpegUpsampler(JpegFrame frame, JpegComponent component, JpegPlane plane, JpegColumns order) {
    this.plane = plane;
    this.across = frame.mostHorizontal / component.horizontal;
    this.down = frame.mostVertical / component.vertical;
    this.width = component.width;
    this.height = component.height;
    this.columns = order.half();
    this.even = new int[columns];
    this.odd = new int[columns];
    this.row = new int[columns];
    this.before = new int[columns];
    this.after = new int[columns];
    this.method = method(frame.lossless);
  }

  private Method method(boolean lossless) {
    if (across == 1 && down == 1) {
      return Method.COPY;
    }
    if (lossless || across > 2 || down > 2) {
      return Method.REPEAT;
    }
    if (across == 1) {
      return Method.BETWEEN_ROWS;
    }
    if (width <= NARROW) {
      return Method.REPEAT;
    }
    return down == 1 ? Method.BETWEEN_COLUMNS : Method.BETWEEN_BOTH;
  }

  /** Fills {@link #even} and {@link #odd} with a row of the image. */
  void fill(int y) {
    int near = y / down;
    int start = plane.start(near);
    switch (method) {
      case COPY -> copy(start);
      case REPEAT -> repeat(start);
      case BETWEEN_ROWS -> {
        boolean above = (y & 1) == 0;
        int next = plane.start(neighbour(near, above));
        int rounding = above ? 1 : 2;
        betweenRows(start, next, rounding, even);
        betweenRows(start + plane.odd, next + plane.odd, rounding, odd);
      }
      case BETWEEN_COLUMNS -> {
        System.arraycopy(plane.samples, start, row, 0, columns);
        betweenColumns(1, 2, 2);
      }
      case BETWEEN_BOTH -> {
        joinRows(start, plane.start(neighbour(near, (y & 1) == 0)));
        betweenColumns(8, 7, 4);
      }
    }
  }

  private int neighbour(int near, boolean above) {
    return above ? Math.max(near - 1, 0) : Math.min(near + 1, height - 1);
  }

  private void copy(int start) {
    System.arraycopy(plane.samples, start, even, 0, columns);
    System.arraycopy(plane.samples, start + plane.odd, odd, 0, columns);
  }

  private void repeat(int start) {
    if (across == 1) {
      copy(start);
      return;
    }
    int groups = plane.groups;
    for (int pair = 0; pair < plane.perGroup * across / 2; pair++) {
      int to = pair * groups;
      int left = start + plane.column(2 * pair / across);
      int right = start + plane.column((2 * pair + 1) / across);
      System.arraycopy(plane.samples, left, even, to, groups);
      System.arraycopy(plane.samples, right, odd, to, groups);
    }
  }

  private void betweenRows(int start, int next, int rounding, int[] target) {
    System.arraycopy(plane.samples, start, before, 0, columns);
    System.arraycopy(plane.samples, next, after, 0, columns);
    between(before, after, rounding, 2, target);
  }

  private void joinRows(int start, int next) {
    System.arraycopy(plane.samples, start, before, 0, columns);
    System.arraycopy(plane.samples, next, after, 0, columns);
    join(before, after, row);
  }

  private static void join(int[] near, int[] next, int[] target) {
    for (int column = 0; column < target.length; column++) {
      target[column] = 3 * near[column] + next[column];
    }
  }

  /**
   * Interpolates between columns. The JVM vectorises loops with a single index only, so neighbours
   * are first copied to the same index. The left neighbour of a group's first column is the last
   * column of the group before.
   */
  private void betweenColumns(int evenRounding, int oddRounding, int shift) {
    int groups = plane.groups;
    int last = columns - groups;
    System.arraycopy(row, 0, before, groups, last);
    System.arraycopy(row, last, before, 1, groups - 1);
    before[0] = row[0];
    System.arraycopy(row, groups, after, 0, last);
    System.arraycopy(row, 1, after, last, groups - 1);
    int end = plane.place(width - 1);
    after[end] = row[end];
    between(row, before, evenRounding, shift, even);
    between(row, after, oddRounding, shift, odd);
  }

  private static void between(int[] near, int[] next, int rounding, int shift, int[] target) {
    for (int column = 0; column < target.length; column++) {
      target[column] = (3 * near[column] + next[column] + rounding) >> shift;
    }
  }
}
