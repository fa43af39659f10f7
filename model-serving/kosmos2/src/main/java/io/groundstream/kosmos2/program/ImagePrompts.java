package io.groundstream.kosmos2.program;

import java.util.Arrays;
import java.util.List;

/** Relates the prompts of a prefill to their images. */
final class ImagePrompts {
  private final Prompts prompts;
  private final long images;
  private final int places;

  private ImagePrompts(Prompts prompts) {
    this.prompts = prompts;
    ImageFeatures features = prompts.features();
    this.images = features == null ? 0 : features.array().getShape().get(0);
    this.places = features == null ? 0 : (int) features.array().getShape().get(1);
  }

  /**
   * Checks the prompts.
   *
   * @throws IllegalArgumentException if an image has no features, or has its places outside of its
   *     prompt or in its prefix, or if a prompt does not begin with the prefix
   */
  static ImagePrompts check(Prompts prompts) {
    ImagePrompts checked = new ImagePrompts(prompts);
    checked.checkPrefix();
    if (prompts.images().isEmpty() != (prompts.features() == null)) {
      throw new IllegalArgumentException(
          "images: %s (expected: some if there are features, else none)"
              .formatted(prompts.images()));
    }
    prompts.images().forEach(checked::check);
    return checked;
  }

  private void checkPrefix() {
    PromptPrefix prefix = prompts.prefix();
    if (prefix != null && !prompts.ids().stream().allMatch(prefix::begins)) {
      throw new IllegalArgumentException(
          "prefix of %d tokens (expected: all prompts begin with these and have more)"
              .formatted(prefix.length()));
    }
  }

  private void check(ImagePlace image) {
    List<int[]> ids = prompts.ids();
    boolean known = image.feature() >= 0 && image.feature() < images;
    if (!known || image.row() < 0 || image.row() >= ids.size()) {
      throw new IllegalArgumentException(
          "%s (expected: one of %d prompts and of %d images)".formatted(image, ids.size(), images));
    }
    int end = image.at() + places;
    if (image.at() < prompts.common() || ids.get(image.row()).length < end) {
      throw new IllegalArgumentException(
          "%s (expected: all its places, up to %d, within its prompt and after the prefix)"
              .formatted(image, end));
    }
  }

  /**
   * Returns the index of the images' first place, counted from the end of the prefix, if every
   * prompt has one image, at the same index; else -1. Then a plain copy puts the features into the
   * prompts.
   */
  int commonPlace() {
    List<ImagePlace> all = prompts.images();
    if (all.isEmpty() || all.size() != prompts.ids().size()) {
      return -1;
    }
    int at = all.get(0).at();
    for (int row = 0; row < all.size(); row++) {
      if (all.get(row).row() != row || all.get(row).at() != at) {
        return -1;
      }
    }
    return at - prompts.common();
  }

  /** Returns for every place its image. */
  int[] featureRows() {
    return prompts.images().stream().mapToInt(ImagePlace::feature).toArray();
  }

  /**
   * Returns for every place its index among the tokens of all prompts after the prefix, if these
   * are padded to the longest.
   */
  int[] placeRows() {
    int width = prompts.longest() - prompts.common();
    return prompts.images().stream()
        .mapToInt(image -> image.row() * width + image.at() - prompts.common())
        .toArray();
  }

  /** Returns whether the prompts are in order of their images. */
  boolean inOrder() {
    int[] featureRows = featureRows();
    for (int row = 1; row < featureRows.length; row++) {
      if (featureRows[row] < featureRows[row - 1]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns for every image the index of its first prompt, if some images have several prompts,
   * which are equal up to the image's end and continue after it; else an empty array. With a prefix
   * it is always empty.
   *
   * @param imageAt the {@link #commonPlace}
   */
  int[] leaders(int imageAt) {
    List<int[]> ids = prompts.ids();
    int common = imageAt + places;
    if (imageAt < 0 || prompts.prefix() != null || images >= ids.size()) {
      return new int[0];
    }
    int[] featureRows = featureRows();
    int[] leaders = new int[(int) images];
    Arrays.fill(leaders, -1);
    for (int row = 0; row < featureRows.length; row++) {
      int[] prompt = ids.get(row);
      int image = featureRows[row];
      if (leaders[image] < 0) {
        leaders[image] = row;
      }
      int[] leader = ids.get(leaders[image]);
      if (prompt.length <= common || !Arrays.equals(prompt, 0, common, leader, 0, common)) {
        return new int[0];
      }
    }
    boolean allAsked = Arrays.stream(leaders).allMatch(row -> row >= 0);
    return allAsked ? leaders : new int[0];
  }
}
