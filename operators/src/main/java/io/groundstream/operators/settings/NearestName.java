package io.groundstream.operators.settings;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Finds the name that was probably meant by one that is unknown. */
public final class NearestName {
  private NearestName() {}

  /** Returns the known name that differs least, or null if none is like the unknown one. */
  public static @Nullable String of(String unknown, Collection<String> known) {
    String best = null;
    // A third of the letters wrong is no slip any more.
    int bestDistance = unknown.length() / 3 + 1;
    for (String candidate : known) {
      int distance = distance(unknown, candidate);
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return best;
  }

  /** Levenshtein's edit distance. */
  private static int distance(String left, String right) {
    int[] previous = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] current = new int[right.length() + 1];
      current[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int substitution = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
        current[j] =
            Math.min(previous[j - 1] + substitution, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[right.length()];
  }
}
