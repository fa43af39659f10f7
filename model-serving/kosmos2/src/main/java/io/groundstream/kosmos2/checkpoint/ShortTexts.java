package io.groundstream.kosmos2.checkpoint;

/** Shortens values from a checkpoint's files for messages. */
final class ShortTexts {
  private ShortTexts() {}

  /**
   * Returns the text if it has at most {@code maxLength} UTF-16 units, else its beginning and an
   * ellipsis, which together have at most that many. Never splits a surrogate pair.
   */
  static String of(String text, int maxLength) {
    if (text.length() <= maxLength) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(maxLength - 2)) ? maxLength - 2 : maxLength - 1;
    return text.substring(0, end) + "…";
  }
}
