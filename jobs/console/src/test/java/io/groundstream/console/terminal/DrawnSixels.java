package io.groundstream.console.terminal;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Draws sixels as a terminal does. */
final class DrawnSixels {
  private static final Pattern FRAME =
      Pattern.compile("\u001bP0;1;0q\"1;1;(\\d+);(\\d+)(.*)\u001b\\\\", Pattern.DOTALL);
  private static final Pattern TOKEN =
      Pattern.compile("#(\\d+);2;(\\d+);(\\d+);(\\d+)|#(\\d+)|!(\\d+)([?-~])|([?-~])|([$-])");

  private DrawnSixels() {}

  /** Returns the dots by row and column, each with its colours in percent. */
  static int[][][] draw(String sixels) {
    Matcher frame = FRAME.matcher(sixels);
    if (!frame.matches()) {
      throw new AssertionError("no sixels: " + sixels);
    }
    int width = Integer.parseInt(frame.group(1));
    int height = Integer.parseInt(frame.group(2));
    int[][][] dots = new int[height][width][];
    Map<Integer, int[]> palette = new HashMap<>();
    int[] color = null;
    int x = 0;
    int top = 0;
    Matcher token = TOKEN.matcher(frame.group(3));
    int end = 0;
    while (token.find() && token.start() == end) {
      end = token.end();
      if (token.group(1) != null) {
        palette.put(
            number(token, 1), new int[] {number(token, 2), number(token, 3), number(token, 4)});
      } else if (token.group(5) != null) {
        color = palette.get(number(token, 5));
      } else if (token.group(9) != null) {
        x = 0;
        top += token.group(9).equals("-") ? 6 : 0;
      } else {
        boolean one = token.group(8) != null;
        int bits = (one ? token.group(8) : token.group(7)).charAt(0) - '?';
        for (int left = one ? 1 : number(token, 6); left > 0; left--, x++) {
          for (int row = 0; row < 6; row++) {
            if ((bits >> row & 1) != 0) {
              dots[top + row][x] = color;
            }
          }
        }
      }
    }
    if (end != frame.group(3).length()) {
      throw new AssertionError("not sixels: " + frame.group(3).substring(end));
    }
    return dots;
  }

  private static int number(Matcher token, int group) {
    return Integer.parseInt(token.group(group));
  }
}
