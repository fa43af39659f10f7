package io.groundstream.schemas.text;

/** Shortens texts from outside, so that messages and records stay bounded. */
public final class Texts {
  /** Marks the place where a text was cut. */
  public static final String ELLIPSIS = "…";

  private Texts() {}

  /**
   * Returns the text if it has at most the given number of UTF-16 units, and otherwise its
   * beginning and an ellipsis, together within that number. Never cuts a surrogate pair in two.
   *
   * @param most the greatest number of units, at least 1
   */
  public static String shortened(String text, int most) {
    return text.length() <= most ? text : beginning(text, most - 1) + ELLIPSIS;
  }

  /**
   * Returns at most the given number of UTF-16 units from the beginning of the text, without an
   * ellipsis. Never cuts a surrogate pair in two.
   */
  public static String beginning(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    boolean isPairCut =
        most > 0
            && Character.isHighSurrogate(text.charAt(most - 1))
            && Character.isLowSurrogate(text.charAt(most));
    return text.substring(0, isPairCut ? most - 1 : most);
  }

  /**
   * Returns the text if it has at most the given number of code points, and otherwise its beginning
   * and an ellipsis, together of exactly that number. Meant for columns of output.
   *
   * @param most the greatest number of code points, at least 1
   */
  public static String shortenedToCodePoints(String text, int most) {
    // A text never has more code points than units, so most texts need no counting.
    if (text.length() <= most || text.codePointCount(0, text.length()) <= most) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, most - 1)) + ELLIPSIS;
  }
}
