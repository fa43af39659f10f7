package io.groundstream.console.render;

import java.awt.Color;
import java.util.Locale;

/** The colours that tell phrases apart: bright, and as far from each other as ten can be. */
public final class Palette {
  private static final int[] COLORS = {
    0xff5c5c, 0x2fb5f3, 0xffc233, 0x4cd07d, 0xc98bff, 0xff8f3f, 0x2ed3c6, 0xff7ac2, 0xb4d53b,
    0x8fa3ff
  };

  private static final int SIZE = COLORS.length;

  private Palette() {}

  /** Returns the colour of the n-th phrase; after the last one they start again. */
  static Color color(int ordinal) {
    return new Color(COLORS[Math.floorMod(ordinal, SIZE)]);
  }

  /** Returns the sequence that gives a terminal's text the colour of the n-th phrase. */
  public static String ansi(int ordinal) {
    Color color = color(ordinal);
    return String.format(
        Locale.ROOT, "\u001b[38;2;%d;%d;%dm", color.getRed(), color.getGreen(), color.getBlue());
  }

  /** Returns a class for each colour, which sets {@code --c}. */
  public static String styleSheet() {
    StringBuilder sheet = new StringBuilder();
    for (int ordinal = 0; ordinal < SIZE; ordinal++) {
      sheet.append(String.format(Locale.ROOT, ".c%d { --c: #%06x }\n", ordinal, COLORS[ordinal]));
    }
    return sheet.toString();
  }
}
