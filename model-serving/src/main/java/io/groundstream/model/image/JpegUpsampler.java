package io.groundstream.model.image;

/**
 * Makes the rows of a picture of a component with fewer samples than that, as libjpeg does: between
 * two samples by weights of three and one where there are half as many (rounded up and down in
 * turns), and by repetition where there are fewer still.
 */
final class JpegUpsampler {
  /** Libjpeg repeats samples where there are no more than these in a row. */
  private static final int NARROW = 2;

  /** Which way samples are made. */
  private enum Way {
    COPY,
    REPEAT,
    BETWEEN_ROWS,
    BETWEEN_COLUMNS,
    BETWEEN_BOTH
  }

  /** The samples of a row of the picture in even columns. */
  final int[] even;

  /** Those in odd columns. */
  final int[] odd;

  private final JpegPlane plane;
  private final Way way;
  private final int across;
  private final int down;
  private final int width;
  private final int height;
  private final int columns;

  /** A row, or three times a row and its neighbour, with a sample more at both ends. */
  private final int[] row;

  /** The samples to the left and to the right of those of a row. */
  private final int[] before;

  private final int[] after;
  private final int[] joined;

  JpegUpsampler(JpegFrame frame, JpegComponent component, JpegPlane plane) {
    this.plane = plane;
    this.across = frame.mostHorizontal / component.horizontal;
    this.down = frame.mostVertical / component.vertical;
    this.width = component.width;
    this.height = component.height;
    this.columns = (frame.width + 1) / 2;
    this.even = new int[columns];
    this.odd = new int[columns];
    this.row = new int[Math.max(component.width, columns) + 3];
    this.before = new int[Math.max(component.width, columns)];
    this.after = new int[before.length];
    this.joined = new int[before.length];
    this.way = way(frame.lossless);
  }

  private Way way(boolean lossless) {
    if (across == 1 && down == 1) {
      return Way.COPY;
    }
    if (lossless || across > 2 || down > 2) {
      return Way.REPEAT;
    }
    if (across == 1) {
      return Way.BETWEEN_ROWS;
    }
    if (width <= NARROW) {
      return Way.REPEAT;
    }
    return down == 1 ? Way.BETWEEN_COLUMNS : Way.BETWEEN_BOTH;
  }

  /** Makes a row of the picture. */
  void fill(int y) {
    int near = y / down;
    int start = plane.start(near);
    switch (way) {
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
        System.arraycopy(plane.samples, start, row, 1, width);
        repeatEnds();
        betweenColumns(1, 2, 2);
      }
      case BETWEEN_BOTH -> {
        joinRows(start, plane.start(neighbour(near, (y & 1) == 0)));
        repeatEnds();
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
    int[] samples = plane.samples;
    for (int column = 0; column < columns; column++) {
      even[column] = samples[start + 2 * column / across];
      odd[column] = samples[start + (2 * column + 1) / across];
    }
  }

  private void repeatEnds() {
    row[0] = row[1];
    row[width + 1] = row[width];
  }

  private void betweenRows(int start, int next, int rounding, int[] target) {
    System.arraycopy(plane.samples, start, before, 0, columns);
    System.arraycopy(plane.samples, next, after, 0, columns);
    between(before, after, rounding, 2, target);
  }

  private void joinRows(int start, int next) {
    System.arraycopy(plane.samples, start, before, 0, width);
    System.arraycopy(plane.samples, next, after, 0, width);
    join(before, after, joined, width);
    System.arraycopy(joined, 0, row, 1, width);
  }

  private static void join(int[] near, int[] next, int[] target, int width) {
    for (int column = 0; column < width; column++) {
      target[column] = 3 * near[column] + next[column];
    }
  }

  /**
   * Loops with one index alone are made into vector instructions; so neighbours are moved to it.
   */
  private void betweenColumns(int evenRounding, int oddRounding, int shift) {
    System.arraycopy(row, 0, before, 0, columns);
    System.arraycopy(row, 2, after, 0, columns);
    System.arraycopy(row, 1, row, 0, columns);
    between(row, before, evenRounding, shift, even);
    between(row, after, oddRounding, shift, odd);
  }

  private static void between(int[] near, int[] next, int rounding, int shift, int[] target) {
    for (int column = 0; column < target.length; column++) {
      target[column] = (3 * near[column] + next[column] + rounding) >> shift;
    }
  }
}
