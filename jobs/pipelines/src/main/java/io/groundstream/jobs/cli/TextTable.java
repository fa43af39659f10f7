package io.groundstream.jobs.cli;

import io.groundstream.schemas.text.Texts;
import java.io.PrintStream;
import java.util.List;

/** Prints rows of cells in columns as wide as their content; the last column is not padded. */
public final class TextTable {
  private TextTable() {}

  /** Prints rows, which all have the same number of cells. */
  public static void print(List<List<String>> rows, PrintStream out) {
    int columns = rows.isEmpty() ? 0 : rows.get(0).size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int column = 0; column < columns; column++) {
        widths[column] = Math.max(widths[column], length(plain(row.get(column))));
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < columns; column++) {
        String cell = plain(row.get(column));
        line.append(cell).append(" ".repeat(widths[column] - length(cell) + 2));
      }
      out.println(line.toString().stripTrailing());
    }
  }

  /** Returns a text that is safe for a terminal: untrusted text must not move the cursor. */
  public static String plain(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .forEach(
            c ->
                shown.appendCodePoint(
                    Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
                        ? ' '
                        : c));
    return shown.toString();
  }

  /** Returns the text in one line, shortened to a maximum number of characters. */
  public static String brief(String text, int most) {
    String line = plain(text.strip());
    return Texts.shortenedToCodePoints(line, most);
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }
}
