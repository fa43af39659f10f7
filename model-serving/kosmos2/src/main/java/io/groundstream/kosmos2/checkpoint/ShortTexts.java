package io.groundstream.kosmos2.checkpoint;

/** Shortens what a checkpoint's files hold, so that messages show a bounded part. */
final class ShortTexts {
  private ShortTexts() {}

  /**
   * Returns the text if it has at most so many UTF-16 units, else its beginning and an ellipsis,
   * which together have at most so many. Never cuts between the halves of a surrogate pair.
   */
  static String of(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 2)) ? most - 2 : most - 1;
    return text.substring(0, end) + "…";
  }
}
