package io.groundstream.operators.uri;

import java.util.List;

/** Unusual image names that file systems allow and that occur in practice. */
public final class NastyNames {
  public static final List<String> ALL =
      List.of(
          "a b.jpg",
          "ü.jpg",
          "u\u0308.jpg", // decomposed, as macOS writes it
          "日本語.jpg",
          "😀.jpg",
          "50%.jpg",
          "50%off.jpg",
          "50%20off.jpg",
          "%2e%2e.jpg",
          "%.jpg",
          "#1.jpg",
          "what?.jpg",
          "what?x=1#y.jpg",
          "12:30.jpg",
          "foto:1.jpg",
          "c:.jpg",
          "a+b.jpg",
          "a&b=c;d,e.jpg",
          "a[1].jpg",
          "a{1}|^`.jpg",
          "it's \"quoted\".jpg",
          "<a>.jpg",
          "a\\b.jpg",
          "a\nb.jpg",
          "a\tb.jpg",
          " a .jpg ",
          "..jpg",
          "...jpg",
          "~a$!*().jpg",
          "a@b.jpg",
          "a\u00a0b\u2028.jpg",
          "a\u0001\u007f.jpg");

  private NastyNames() {}

  /** Returns whether a name, written literally into a URI, would denote another name. */
  public static boolean holdsAnEscape(String name) {
    return name.matches("(?s).*%[0-9a-fA-F]{2}.*");
  }
}
