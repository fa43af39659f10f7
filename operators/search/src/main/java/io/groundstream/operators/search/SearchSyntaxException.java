package io.groundstream.operators.search;

/**
 * The parser cannot read a query. The message has several lines: the problem, the query with a mark
 * below the place, what was expected, and an example.
 */
public final class SearchSyntaxException extends Exception {
  private static final long serialVersionUID = 1L;

  /** How much of a query is shown before and after the place, so that it fits on a line. */
  private static final int SHOWN_BEFORE = 60;

  private static final int SHOWN_AFTER = 30;

  private final int start;
  private final int end;
  private final String problem;

  SearchSyntaxException(
      String query, int start, int end, String problem, String expected, String example) {
    super(message(query, start, end, problem, expected, example));
    this.start = start;
    this.end = end;
    this.problem = plain(problem);
  }

  /** Returns where the problem starts, in UTF-16 code units from 0. */
  public int start() {
    return start;
  }

  /** Returns where the problem ends, exclusive; at least {@link #start()}. */
  public int end() {
    return end;
  }

  /** Returns the problem, on one line without the place. */
  public String problem() {
    return problem;
  }

  private static String message(
      String query, int start, int end, String problem, String expected, String example) {
    int from = Math.max(0, start - SHOWN_BEFORE);
    int to = Math.min(query.length(), Math.max(end, start) + SHOWN_AFTER);
    to = Math.min(to, start + SHOWN_BEFORE);
    String before = (from > 0 ? "…" : "") + plain(query.substring(from, start));
    String at = plain(query.substring(start, Math.max(start, Math.min(end, to))));
    String after =
        plain(query.substring(Math.min(start + at.length(), to), to))
            + (to < query.length() ? "…" : "");
    return "query, character %d: %s%n  %s%n  %s%s%nexpected: %s%nfor example: %s"
        .formatted(
            query.codePointCount(0, start) + 1,
            plain(problem),
            before + at + after,
            " ".repeat(before.codePointCount(0, before.length())),
            "^".repeat(Math.max(1, at.codePointCount(0, at.length()))),
            expected,
            example);
  }

  /**
   * Line breaks would move the mark away from the place, and other controls could move the cursor.
   */
  private static String plain(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      shown.append(Character.isISOControl(c) ? ' ' : c);
    }
    return shown.toString();
  }
}
