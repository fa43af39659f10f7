package io.groundstream.console.render;

/** Makes text from outside harmless in HTML and SVG, in content and in quoted attributes alike. */
final class Html {
  private Html() {}

  /** Escapes a text; characters that no document may hold become replacement characters. */
  static String escape(String text) {
    StringBuilder result = new StringBuilder(text.length() + 16);
    for (int index = 0; index < text.length(); ) {
      int codePoint = text.codePointAt(index);
      index += Character.charCount(codePoint);
      switch (codePoint) {
        case '&' -> result.append("&amp;");
        case '<' -> result.append("&lt;");
        case '>' -> result.append("&gt;");
        case '"' -> result.append("&quot;");
        case '\'' -> result.append("&#39;");
        case '\n', '\t' -> result.appendCodePoint(codePoint);
        default -> result.appendCodePoint(isHarmless(codePoint) ? codePoint : 0xfffd);
      }
    }
    return result.toString();
  }

  private static boolean isHarmless(int codePoint) {
    int type = Character.getType(codePoint);
    // Overrides of the writing direction can make a text say what it does not say.
    boolean turnsText =
        (codePoint >= 0x202a && codePoint <= 0x202e)
            || (codePoint >= 0x2066 && codePoint <= 0x2069);
    boolean noCharacter =
        (codePoint & 0xfffe) == 0xfffe || (codePoint >= 0xfdd0 && codePoint <= 0xfdef);
    return type != Character.CONTROL && type != Character.SURROGATE && !turnsText && !noCharacter;
  }
}
