package io.groundstream.kosmos2.text;

/** Utilities for characters and white space, shared in this package. */
final class Texts {
  private static final int QUOTED_CHARACTERS = 60;

  private Texts() {}

  /**
   * Returns whether the reference strips the character: all Unicode white space, including the
   * no-break spaces that {@link Character#isWhitespace(int)} excludes.
   */
  static boolean isSpace(int codePoint) {
    return Character.isWhitespace(codePoint)
        || Character.isSpaceChar(codePoint)
        || codePoint == 0x85;
  }

  static String strip(String text) {
    return text.substring(leadingSpace(text), trailingSpaceStart(text));
  }

  static String stripTrailing(String text) {
    return text.substring(0, trailingSpaceStart(text));
  }

  static boolean isBlank(String text) {
    return leadingSpace(text) == text.length();
  }

  /** Returns the index of the first non-space character, in UTF-16 units. */
  static int leadingSpace(String text) {
    int index = 0;
    while (index < text.length() && isSpace(text.codePointAt(index))) {
      index += Character.charCount(text.codePointAt(index));
    }
    return index;
  }

  /** Returns the index after the last non-space character; at least {@link #leadingSpace}. */
  private static int trailingSpaceStart(String text) {
    int first = leadingSpace(text);
    int index = text.length();
    while (index > first && isSpace(text.codePointBefore(index))) {
      index -= Character.charCount(text.codePointBefore(index));
    }
    return index;
  }

  static int codePoints(String text) {
    return text.codePointCount(0, text.length());
  }

  /** Returns the text for use in a message: quoted, on one line, and shortened if long. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    int count = 0;
    for (int index = 0; index < text.length(); ) {
      int codePoint = text.codePointAt(index);
      index += Character.charCount(codePoint);
      if (++count > QUOTED_CHARACTERS) {
        quoted.append('…');
        break;
      }
      boolean printable =
          !Character.isISOControl(codePoint)
              && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE);
      if (printable) {
        quoted.appendCodePoint(codePoint);
      } else {
        quoted.append(String.format("\\u%04x", codePoint));
      }
    }
    return quoted.append('"').toString();
  }
}
