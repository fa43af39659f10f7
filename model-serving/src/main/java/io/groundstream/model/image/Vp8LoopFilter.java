package io.groundstream.model.image;

import io.groundstream.model.GroundingException;

/**
 * Smooths the edges of macroblocks and sub-blocks once a VP8 frame is whole (RFC 6386, section 15).
 * An edge is left alone where the difference across it is so large that it belongs to the picture.
 */
final class Vp8LoopFilter {
  private final boolean simple;
  private final int sharpness;
  private final Vp8Plane luminance;
  private final Vp8Plane blue;
  private final Vp8Plane red;

  /** The limits of the macroblock that is being filtered. */
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
      throws GroundingException {
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

  /** Filters the edge that lies {@code offset} samples inside a macroblock; 0 is its own edge. */
  private void filterEdge(Vp8Plane plane, int x, int y, int length, boolean vertical, int offset) {
    int step = vertical ? 1 : plane.stride;
    int along = vertical ? plane.stride : 1;
    int place = plane.index(x, y) + offset * step;
    byte[] samples = plane.samples;
    for (int index = 0; index < length; index++, place += along) {
      if (simple) {
        if (differsLittle(samples, place, step)) {
          smoothTwo(samples, place, step);
        }
      } else if (differsLittle(samples, place, step) && isCalm(samples, place, step)) {
        if (varies(samples, place, step)) {
          smoothTwo(samples, place, step);
        } else if (offset == 0) {
          smoothSix(samples, place, step);
        } else {
          smoothFour(samples, place, step);
        }
      }
    }
  }

  private static int difference(byte[] samples, int first, int second) {
    return Math.abs((samples[first] & 0xff) - (samples[second] & 0xff));
  }

  private boolean differsLittle(byte[] samples, int place, int step) {
    return 4 * difference(samples, place - step, place)
            + difference(samples, place - 2 * step, place + step)
        <= 2 * edgeLimit + 1;
  }

  private boolean isCalm(byte[] samples, int place, int step) {
    return difference(samples, place - 4 * step, place - 3 * step) <= interiorLimit
        && difference(samples, place - 3 * step, place - 2 * step) <= interiorLimit
        && difference(samples, place - 2 * step, place - step) <= interiorLimit
        && difference(samples, place + 3 * step, place + 2 * step) <= interiorLimit
        && difference(samples, place + 2 * step, place + step) <= interiorLimit
        && difference(samples, place + step, place) <= interiorLimit;
  }

  private boolean varies(byte[] samples, int place, int step) {
    return difference(samples, place - 2 * step, place - step) > varianceLimit
        || difference(samples, place + step, place) > varianceLimit;
  }

  private static void smoothTwo(byte[] samples, int place, int step) {
    int slope = slope(samples, place, step) + outerSlope(samples, place, step);
    shift(samples, place - step, narrow((slope + 3) >> 3));
    shift(samples, place, -narrow((slope + 4) >> 3));
  }

  private static void smoothFour(byte[] samples, int place, int step) {
    int slope = slope(samples, place, step);
    int after = narrow((slope + 4) >> 3);
    int outer = (after + 1) >> 1;
    shift(samples, place - 2 * step, outer);
    shift(samples, place - step, narrow((slope + 3) >> 3));
    shift(samples, place, -after);
    shift(samples, place + step, -outer);
  }

  private static void smoothSix(byte[] samples, int place, int step) {
    int slope = signedByte(slope(samples, place, step) + outerSlope(samples, place, step));
    for (int distance = 0, weight = 27; distance < 3; distance++, weight -= 9) {
      int change = (weight * slope + 63) >> 7;
      shift(samples, place - (distance + 1) * step, change);
      shift(samples, place + distance * step, -change);
    }
  }

  private static int slope(byte[] samples, int place, int step) {
    return 3 * ((samples[place] & 0xff) - (samples[place - step] & 0xff));
  }

  private static int outerSlope(byte[] samples, int place, int step) {
    return signedByte((samples[place - 2 * step] & 0xff) - (samples[place + step] & 0xff));
  }

  private static void shift(byte[] samples, int place, int change) {
    int level = (samples[place] & 0xff) + change;
    samples[place] = (byte) (level < 0 ? 0 : Math.min(level, 255));
  }

  private static int signedByte(int value) {
    return Math.max(-128, Math.min(127, value));
  }

  private static int narrow(int value) {
    return Math.max(-16, Math.min(15, value));
  }
}
