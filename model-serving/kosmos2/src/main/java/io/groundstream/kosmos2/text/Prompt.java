package io.groundstream.kosmos2.text;

import java.util.List;

/**
 * A prompt for the model to continue.
 *
 * @param ids all token ids, including the beginning of sequence and image positions; must not be
 *     modified
 * @param imageStarts for each image, in order, the index in {@code ids} of its first position
 * @param imageCount the number of positions per image; 0 without an image
 * @param demonstrationTokens the number of first ids that belong to demonstrations; 0 without any
 * @param text the text after the last image, stripped, with tags; contains the user's text as
 *     written
 * @param givenBoxes the boxes in the prompt, as given by the caller
 */
@SuppressWarnings("ArrayRecordComponent") // thousands per second, never compared
public record Prompt(
    int[] ids,
    List<Integer> imageStarts,
    int imageCount,
    int demonstrationTokens,
    String text,
    List<Box> givenBoxes) {
  public Prompt {
    imageStarts = List.copyOf(imageStarts);
    givenBoxes = List.copyOf(givenBoxes);
  }

  /** Creates a prompt with at most one image. */
  public Prompt(int[] ids, int imageStart, int imageCount, String text, List<Box> givenBoxes) {
    this(ids, imageStart < 0 ? List.of() : List.of(imageStart), imageCount, 0, text, givenBoxes);
  }

  /** Returns the index in {@link #ids} after the last image's positions; 0 without an image. */
  public int textStart() {
    return imageStarts.isEmpty() ? 0 : imageStarts.get(imageStarts.size() - 1) + imageCount;
  }

  /**
   * Returns the index of the last image among those of the prompt, in which generated boxes are; 0
   * without an image.
   */
  public int lastImage() {
    return Math.max(0, imageStarts.size() - 1);
  }
}
