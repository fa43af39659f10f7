package io.groundstream.kosmos2.program;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How the prompts of a prefill and the pictures they ask about belong together. */
final class PicturePrompts {
  private PicturePrompts() {}

  /** Checks that every prompt has a picture's features and room for them, or none has. */
  static void check(
      @Nullable ImageFeatures features, int[] featureRows, int imageAt, List<int[]> prompts) {
    if (features == null) {
      if (featureRows.length > 0) {
        throw new IllegalArgumentException("feature rows without features (expected: none)");
      }
      return;
    }
    long pictures = features.array().getShape().get(0);
    long end = imageAt + features.array().getShape().get(1);
    boolean inside = Arrays.stream(featureRows).allMatch(row -> row >= 0 && row < pictures);
    if (!inside || featureRows.length != prompts.size()) {
      throw new IllegalArgumentException(
          "feature rows: %s (expected: %d, each below %d)"
              .formatted(Arrays.toString(featureRows), prompts.size(), pictures));
    }
    if (imageAt < 0 || prompts.stream().anyMatch(prompt -> prompt.length < end)) {
      throw new IllegalArgumentException(
          "picture at %d (expected: all its places, up to %d, within every prompt)"
              .formatted(imageAt, end));
    }
  }

  /** Whether all prompts on a picture come before those on the next. */
  static boolean inOrder(int[] featureRows) {
    for (int row = 1; row < featureRows.length; row++) {
      if (featureRows[row] < featureRows[row - 1]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns for every picture the first prompt on it, if some pictures have several prompts and
   * these begin alike up to the picture's end and go on after it; else nothing.
   */
  static long[] leaders(
      ImageFeatures features, int[] featureRows, int imageAt, List<int[]> prompts) {
    int pictures = (int) features.array().getShape().get(0);
    int common = imageAt + (int) features.array().getShape().get(1);
    if (pictures >= prompts.size()) {
      return new long[0];
    }
    long[] leaders = new long[pictures];
    Arrays.fill(leaders, -1);
    for (int row = 0; row < featureRows.length; row++) {
      int[] prompt = prompts.get(row);
      int picture = featureRows[row];
      if (leaders[picture] < 0) {
        leaders[picture] = row;
      }
      int[] leader = prompts.get((int) leaders[picture]);
      if (prompt.length <= common || !Arrays.equals(prompt, 0, common, leader, 0, common)) {
        return new long[0];
      }
    }
    boolean allAsked = Arrays.stream(leaders).allMatch(row -> row >= 0);
    return allAsked ? leaders : new long[0];
  }
}
