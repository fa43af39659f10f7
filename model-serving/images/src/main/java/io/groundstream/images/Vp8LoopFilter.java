package io.groundstream.images;

/**
 * Smooths the edges of macroblocks and sub-blocks after a VP8 frame is decoded (RFC 6386, section
 * 15). An edge is not changed where the difference across it is so large that it belongs to the
 * image.
 */
final class Vp8LoopFilter {
  private final boolean simple;
  private final int sharpness;
  private final Vp8Plane luminance;
  private final Vp8Plane blue;
  private final Vp8Plane red;

  /** The limits of the current macroblock. */
  private int edgeLimit;

  private int interiorLimit;
  private int varianceLimit;

  Vp8LoopFilter(boolean simple, int sharpness, Vp8Plane luminance, Vp8Plane blue, Vp8Plane red) {
    this.simple = simple;
    this.sharpness = sharpness;
    this.luminance = luminance;
    this.blue = blue;
    this.red = red;
  }

  void apply(int across, int down, byte[] levels, boolean[] inside, TimeLimit time)
      throws ImageException {
    for (int row = 0; row < down; row++) {
      time.check();
      for (int column = 0; column < across; column++) {
        int level = levels[row * across + column];
        if (level > 0) {
          setLimits(level);
          filterMacroblock(column, row, level, inside[row * across + column]);
        }
      }
    }
  }

  private void setLimits(int level) {
    interiorLimit = level;
    if (sharpness > 0) {
      interiorLimit >>= sharpness > 4 ? 2 : 1;
      interiorLimit = Math.min(interiorLimit, 9 - sharpness);
    }
    interiorLimit = Math.max(interiorLimit, 1);
    varianceLimit = level >= 40 ? 2 : level >= 15 ? 1 : 0;
  }

  private void filterMacroblock(int column, int row, int level, boolean inside) {
    int outer = 2 * (level + 2) + interiorLimit;
    int inner = 2 * level + interiorLimit;
    if (column > 0) {
      edgeLimit = outer;
      filterEdges(column, row, true, 0);
    }
    if (inside) {
      edgeLimit = inner;
      filterInside(column, row, true);
    }
    if (row > 0) {
      edgeLimit = outer;
      filterEdges(column, row, false, 0);
    }
    if (inside) {
      edgeLimit = inner;
      filterInside(column, row, false);
    }
  }

  private void filterInside(int column, int row, boolean vertical) {
    for (int offset = 4; offset < 16; offset += 4) {
      filterEdge(luminance, 16 * column, 16 * row, 16, vertical, offset);
    }
    if (!simple) {
      filterEdge(blue, 8 * column, 8 * row, 8, vertical, 4);
      filterEdge(red, 8 * column, 8 * row, 8, vertical, 4);
    }
  }

  private void filterEdges(int column, int row, boolean vertical, int offset) {
    filterEdge(luminance, 16 * column, 16 * row, 16, vertical, offset);
    if (!simple) {
      filterEdge(blue, 8 * column, 8 * row, 8, vertical, offset);
      filterEdge(red, 8 * column, 8 * row, 8, vertical, offset);
    }
  }

  /**
   * Filters the edge {@code offset} samples inside a macroblock; 0 is the macroblock's own edge.
   */
  private void filterEdge(Vp8Plane plane, int x, int y, int length, boolean vertical, int offset) {
    int stride = plane.stride;
    int start = vertical ? plane.index(x + offset, y) : plane.index(x, y + offset);
    int across = vertical ? 1 : stride;
    int along = vertical ? stride : 1;
    int end = start + length * along;
    if (simple) {
      smoothSimple(plane.samples, start, end, along, across, 2 * edgeLimit + 1);
    } else {
      smooth(plane.samples, start, end, along, across, offset == 0);
    }
  }

  private static void smoothSimple(
      byte[] samples, int start, int end, int along, int across, int limit) {
    for (int place = start; place != end; place += along) {
      int p1 = samples[place - 2 * across] & 0xff;
      int p0 = samples[place - across] & 0xff;
      int q0 = samples[place] & 0xff;
      int q1 = samples[place + across] & 0xff;
      if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) <= limit) {
        int slope = 3 * (q0 - p0) + signedByte(p1 - q1);
        samples[place - across] = clamp(p0 + narrow((slope + 3) >> 3));
        samples[place] = clamp(q0 - narrow((slope + 4) >> 3));
      }
    }
  }

  private void smooth(
      byte[] samples, int start, int end, int along, int across, boolean macroblockEdge) {
    int most = 2 * edgeLimit + 1;
    int interior = interiorLimit;
    int variance = varianceLimit;
    for (int place = start; place != end; place += along) {
      int p1 = samples[place - 2 * across] & 0xff;
      int p0 = samples[place - across] & 0xff;
      int q0 = samples[place] & 0xff;
      int q1 = samples[place + across] & 0xff;
      int p3 = samples[place - 4 * across] & 0xff;
      int p2 = samples[place - 3 * across] & 0xff;
      int q2 = samples[place + 2 * across] & 0xff;
      int q3 = samples[place + 3 * across] & 0xff;
      int inner = Math.max(Math.abs(p1 - p0), Math.abs(q1 - q0));
      int outer =
          Math.max(
              Math.max(Math.abs(p3 - p2), Math.abs(p2 - p1)),
              Math.max(Math.abs(q3 - q2), Math.abs(q2 - q1)));
      // One unpredictable branch instead of two.
      int beyond = interior - Math.max(inner, outer);
      if ((beyond | (most - 4 * Math.abs(p0 - q0) - Math.abs(p1 - q1))) < 0) {
        continue;
      }
      int slope = 3 * (q0 - p0);
      if (inner > variance) {
        slope += signedByte(p1 - q1);
        samples[place - across] = clamp(p0 + narrow((slope + 3) >> 3));
        samples[place] = clamp(q0 - narrow((slope + 4) >> 3));
      } else if (macroblockEdge) {
        slope = signedByte(slope + signedByte(p1 - q1));
        int change = (27 * slope + 63) >> 7;
        samples[place - across] = clamp(p0 + change);
        samples[place] = clamp(q0 - change);
        change = (18 * slope + 63) >> 7;
        samples[place - 2 * across] = clamp(p1 + change);
        samples[place + across] = clamp(q1 - change);
        change = (9 * slope + 63) >> 7;
        samples[place - 3 * across] = clamp(p2 + change);
        samples[place + 2 * across] = clamp(q2 - change);
      } else {
        int after = narrow((slope + 4) >> 3);
        int less = (after + 1) >> 1;
        samples[place - across] = clamp(p0 + narrow((slope + 3) >> 3));
        samples[place] = clamp(q0 - after);
        samples[place - 2 * across] = clamp(p1 + less);
        samples[place + across] = clamp(q1 - less);
      }
    }
  }

  private static byte clamp(int level) {
    return (byte) ((level & ~0xff) == 0 ? level : ~level >> 31);
  }

  private static int signedByte(int value) {
    return Math.max(-128, Math.min(127, value));
  }

  private static int narrow(int value) {
    return Math.max(-16, Math.min(15, value));
  }
}
