package io.groundstream.operators.search;

import java.util.Locale;

/**
 * A piece of a query's text.
 *
 * @param text its text; for a quoted text the part between the quotes, without escapes
 * @param start where it starts in the query, in UTF-16 code units
 * @param end where it ends, exclusive
 */
record Token(Kind kind, String text, int start, int end) {
  enum Kind {
    WORD,
    QUOTED,
    OPEN,
    CLOSE,
    COLON,
    PERCENT,
    COMMA,
    /** One of the signs of {@link Comparison}. */
    SIGN,
    END
  }

  boolean is(Kind wanted) {
    return kind == wanted;
  }

  /** Returns whether it is this word, in any case. */
  boolean isWord(String word) {
    return kind == Kind.WORD && text.equalsIgnoreCase(word);
  }

  /** Returns the text in lower case. */
  String lowerCase() {
    return text.toLowerCase(Locale.ROOT);
  }
}
