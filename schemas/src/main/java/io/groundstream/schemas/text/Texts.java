package io.groundstream.schemas.text;

/** Shortens texts that come from outside, so that messages and records hold a bounded part. */
public final class Texts {
  /** Stands for what is left out. */
  public static final String ELLIPSIS = "…";

  private Texts() {}

  /**
   * Returns the text if it has at most so many UTF-16 units, else its beginning and an ellipsis,
   * which together have at most so many. Never cuts between the halves of a surrogate pair.
   *
   * @param most at least 1
   */
  public static String shortened(String text, int most) {
    return text.length() <= most ? text : beginning(text, most - 1) + ELLIPSIS;
  }

  /**
   * Returns at most so many UTF-16 units from the beginning of the text, without an ellipsis. Never
   * cuts between the halves of a surrogate pair.
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
   * Returns the text if it has at most so many code points, else its beginning and an ellipsis,
   * which together have as many: for columns that people read.
   *
   * @param most at least 1
   */
  public static String shortenedToCodePoints(String text, int most) {
    // No text has more code points than units: most texts need no counting.
    if (text.length() <= most || text.codePointCount(0, text.length()) <= most) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, most - 1)) + ELLIPSIS;
  }
}
