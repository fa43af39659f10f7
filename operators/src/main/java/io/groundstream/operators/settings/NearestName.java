package io.groundstream.operators.settings;

import java.util.Collection;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/** Suggests a known name for an unknown one. */
@API(status = API.Status.INTERNAL)
public final class NearestName {
  private NearestName() {}

  /**
   * Returns the most similar known name, or else the first one that has the unknown name after a
   * dot; null if there is neither.
   */
  public static @Nullable String of(String unknown, Collection<String> known) {
    String best =
        known.stream().filter(name -> name.endsWith("." + unknown)).findFirst().orElse(null);
    // With more than a third of the letters wrong, it is not a typing error.
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

  /** Returns the Levenshtein distance. */
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
