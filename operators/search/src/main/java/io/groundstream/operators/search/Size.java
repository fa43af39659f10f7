package io.groundstream.operators.search;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How much of the image a box covers. */
enum Size {
  SMALL("small", null, new BigDecimal("0.05")),
  MEDIUM("medium", new BigDecimal("0.05"), new BigDecimal("0.2")),
  LARGE("large", new BigDecimal("0.2"), null);

  private final String word;
  private final @Nullable BigDecimal from;
  private final @Nullable BigDecimal to;

  Size(String word, @Nullable BigDecimal from, @Nullable BigDecimal to) {
    this.word = word;
    this.from = from;
    this.to = to;
  }

  String word() {
    return word;
  }

  /** Returns the words that mean it. */
  List<String> words() {
    return this == LARGE ? List.of(word, "big") : List.of(word);
  }

  /** Returns the least area, inclusive, as a fraction of the image; null for no bound. */
  @Nullable BigDecimal from() {
    return from;
  }

  /** Returns the upper bound of the area, exclusive; null for no bound. */
  @Nullable BigDecimal to() {
    return to;
  }
}
