package io.groundstream.console.terminal;

import java.awt.image.BufferedImage;
import java.util.Locale;

/**
 * Writes images as sixels: strips of six rows, each with a line for every colour in it. The colours
 * are a cube of 216, which every terminal with sixels has room for, with an ordered dither.
 */
final class Sixels {
  private static final int ROWS = 6;
  private static final int LEVELS = 6;
  private static final int COLORS = LEVELS * LEVELS * LEVELS;
  private static final int STEP = 255 / (LEVELS - 1);

  /** A repetition is shorter than the characters from here on. */
  private static final int LEAST_REPEATED = 4;

  /** The characters of sixels: this one has no dots, and those behind it a bit for each row. */
  private static final char EMPTY = '?';

  /** Bayer's matrix, whose thresholds spread evenly over a step. */
  private static final int[][] DITHER = {
    {0, 8, 2, 10}, {12, 4, 14, 6}, {3, 11, 1, 9}, {15, 7, 13, 5}
  };

  private Sixels() {}

  static String encode(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int[][] colors = new int[height][width];
    boolean[] used = new boolean[COLORS];
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int color = color(image.getRGB(x, y), DITHER[y % 4][x % 4]);
        colors[y][x] = color;
        used[color] = true;
      }
    }
    // Square dots, and dots that are not set stay as they are.
    StringBuilder text = new StringBuilder("\u001bP0;1;0q");
    text.append(String.format(Locale.ROOT, "\"1;1;%d;%d", width, height));
    for (int color = 0; color < COLORS; color++) {
      if (used[color]) {
        text.append(
            String.format(
                Locale.ROOT,
                "#%d;2;%d;%d;%d",
                color,
                percent(color / (LEVELS * LEVELS)),
                percent(color / LEVELS % LEVELS),
                percent(color % LEVELS)));
      }
    }
    for (int top = 0; top < height; top += ROWS) {
      if (top > 0) {
        text.append('-');
      }
      strip(text, colors, top, Math.min(ROWS, height - top), width);
    }
    return text.append("\u001b\\").toString();
  }

  private static int color(int rgb, int dither) {
    return (level(rgb >> 16 & 0xff, dither) * LEVELS + level(rgb >> 8 & 0xff, dither)) * LEVELS
        + level(rgb & 0xff, dither);
  }

  private static int level(int value, int dither) {
    // The thresholds lie in the middles of sixteenths of a step.
    return Math.min(LEVELS - 1, (32 * value + STEP * (2 * dither + 1)) / (32 * STEP));
  }

  private static int percent(int level) {
    return 100 * level / (LEVELS - 1);
  }

  private static void strip(StringBuilder text, int[][] colors, int top, int rows, int width) {
    boolean[] used = new boolean[COLORS];
    for (int row = 0; row < rows; row++) {
      for (int x = 0; x < width; x++) {
        used[colors[top + row][x]] = true;
      }
    }
    boolean first = true;
    for (int color = 0; color < COLORS; color++) {
      if (used[color]) {
        if (!first) {
          // Back to the left, over what is there.
          text.append('$');
        }
        first = false;
        text.append('#').append(color);
        line(text, colors, top, rows, width, color);
      }
    }
  }

  private static void line(
      StringBuilder text, int[][] colors, int top, int rows, int width, int color) {
    char last = EMPTY;
    int count = 0;
    for (int x = 0; x < width; x++) {
      int dots = 0;
      for (int row = 0; row < rows; row++) {
        dots |= colors[top + row][x] == color ? 1 << row : 0;
      }
      char sixel = (char) (EMPTY + dots);
      if (sixel != last) {
        repeated(text, last, count);
        last = sixel;
        count = 0;
      }
      count++;
    }
    if (last != EMPTY) {
      repeated(text, last, count);
    }
  }

  private static void repeated(StringBuilder text, char sixel, int count) {
    if (count >= LEAST_REPEATED) {
      text.append('!').append(count).append(sixel);
    } else {
      text.append(String.valueOf(sixel).repeat(count));
    }
  }
}
