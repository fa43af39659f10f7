package io.groundstream.kosmos2.program;

import java.util.List;
import java.util.stream.IntStream;
import org.apiguardian.api.API;
import org.jspecify.annotations.Nullable;

/**
 * The prompts of one prefill.
 *
 * @param ids the token ids of at least one prompt of at least one token; lengths may differ
 * @param prefix what all of them begin with, read before; each prompt is longer. Null for nothing.
 * @param features the images' features; null if no prompt has an image after the prefix
 * @param images where the images are, in order of the prompts; empty without features. Those of the
 *     prefix are not among them.
 */
@API(status = API.Status.INTERNAL)
public record Prompts(
    List<int[]> ids,
    @Nullable PromptPrefix prefix,
    @Nullable ImageFeatures features,
    List<ImagePlace> images) {
  public Prompts {
    ids = List.copyOf(ids);
    images = List.copyOf(images);
  }

  /** Returns prompts without images. */
  public static Prompts of(List<int[]> ids) {
    return new Prompts(ids, null, null, List.of());
  }

  /**
   * Returns prompts with one image each.
   *
   * @param featureRows for every prompt, the index of its image in {@code features}
   * @param imageAt the index of the image's first place in every prompt
   */
  public static Prompts of(
      List<int[]> ids, ImageFeatures features, int[] featureRows, int imageAt) {
    return new Prompts(
        ids,
        null,
        features,
        IntStream.range(0, featureRows.length)
            .mapToObj(row -> new ImagePlace(row, imageAt, featureRows[row]))
            .toList());
  }

  int longest() {
    return ids.stream().mapToInt(prompt -> prompt.length).max().orElse(0);
  }

  /** Returns the number of tokens of the prefix. */
  int common() {
    return prefix == null ? 0 : prefix.length();
  }
}
