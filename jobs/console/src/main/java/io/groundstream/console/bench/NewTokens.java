package io.groundstream.console.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The length of answers: where the model ends them, or forced to evenly spread lengths.
 *
 * @param least the shortest length
 * @param most the longest length; if the model ends answers, the most tokens that it may generate
 * @param asModelEnds whether the model ends answers
 */
public record NewTokens(int least, int most, boolean asModelEnds) {
  private static final Pattern RANGE = Pattern.compile("(\\d{1,4})(?:\\.\\.(\\d{1,4}))?");
  private static final int MOST_OF_MODEL = 96;
  private static final long SEED = 0;

  /**
   * Parses {@code N}, {@code MIN..MAX} or {@code model}.
   *
   * @throws IllegalArgumentException if the text has another form
   */
  public static NewTokens parse(String text) {
    if (text.equals("model")) {
      return new NewTokens(1, MOST_OF_MODEL, true);
    }
    Matcher matcher = RANGE.matcher(text);
    if (matcher.matches()) {
      int least = Integer.parseInt(matcher.group(1));
      int most = matcher.group(2) == null ? least : Integer.parseInt(matcher.group(2));
      if (least >= 1 && least <= most) {
        return new NewTokens(least, most, false);
      }
    }
    throw new IllegalArgumentException(
        "new-tokens: " + text + " (expected: N, MIN..MAX such as 8..96, or model)");
  }

  /** Returns the length of each of {@code count} answers, in an order that is always the same. */
  public int[] lengths(int count) {
    List<Integer> lengths = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lengths.add(
          asModelEnds
              ? most
              : (int) Math.rint(least + (double) (most - least) * i / Math.max(1, count - 1)));
    }
    Collections.shuffle(lengths, new Random(SEED));
    return lengths.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public String toString() {
    if (asModelEnds) {
      return "model";
    }
    return least == most ? String.valueOf(least) : least + ".." + most;
  }
}
