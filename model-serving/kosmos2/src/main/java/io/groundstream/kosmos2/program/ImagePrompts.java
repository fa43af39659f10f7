package io.groundstream.kosmos2.program;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Relates the prompts of a prefill to their images. */
final class ImagePrompts {
  private ImagePrompts() {}

  /** Checks that all prompts have an image's features and room for them, or that none has. */
  static void check(
      @Nullable ImageFeatures features, int[] featureRows, int imageAt, List<int[]> prompts) {
    if (features == null) {
      if (featureRows.length > 0) {
        throw new IllegalArgumentException("feature rows without features (expected: none)");
      }
      return;
    }
    long images = features.array().getShape().get(0);
    long end = imageAt + features.array().getShape().get(1);
    boolean inside = Arrays.stream(featureRows).allMatch(row -> row >= 0 && row < images);
    if (!inside || featureRows.length != prompts.size()) {
      throw new IllegalArgumentException(
          "feature rows: %s (expected: %d, each below %d)"
              .formatted(Arrays.toString(featureRows), prompts.size(), images));
    }
    if (imageAt < 0 || prompts.stream().anyMatch(prompt -> prompt.length < end)) {
      throw new IllegalArgumentException(
          "image at %d (expected: all its positions, up to %d, within every prompt)"
              .formatted(imageAt, end));
    }
  }

  /** Returns whether the prompts are in order of their images. */
  static boolean inOrder(int[] featureRows) {
    for (int row = 1; row < featureRows.length; row++) {
      if (featureRows[row] < featureRows[row - 1]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns for every image the index of its first prompt, if some images have several prompts,
   * which are equal up to the image's end and continue after it; else an empty array.
   */
  static int[] leaders(
      ImageFeatures features, int[] featureRows, int imageAt, List<int[]> prompts) {
    int images = (int) features.array().getShape().get(0);
    int common = imageAt + (int) features.array().getShape().get(1);
    if (images >= prompts.size()) {
      return new int[0];
    }
    int[] leaders = new int[images];
    Arrays.fill(leaders, -1);
    for (int row = 0; row < featureRows.length; row++) {
      int[] prompt = prompts.get(row);
      int image = featureRows[row];
      if (leaders[image] < 0) {
        leaders[image] = row;
      }
      int[] leader = prompts.get(leaders[image]);
      if (prompt.length <= common || !Arrays.equals(prompt, 0, common, leader, 0, common)) {
        return new int[0];
      }
    }
    boolean allAsked = Arrays.stream(leaders).allMatch(row -> row >= 0);
    return allAsked ? leaders : new int[0];
  }
}
