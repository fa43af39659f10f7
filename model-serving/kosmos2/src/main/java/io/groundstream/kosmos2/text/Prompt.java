package io.groundstream.kosmos2.text;

import java.util.List;

/**
 * A prompt for the model to continue.
 *
 * @param ids all token ids, including the beginning of sequence and image positions; must not be
 *     modified
 * @param imageStart the index in {@code ids} of the first image position, or -1 without an image
 * @param imageCount the number of image positions; 0 without an image
 * @param text the text after the image, stripped, with tags; contains the user's text as written
 * @param givenBoxes the boxes in the prompt, as given by the caller
 */
@SuppressWarnings("ArrayRecordComponent") // thousands per second, never compared
public record Prompt(int[] ids, int imageStart, int imageCount, String text, List<Box> givenBoxes) {
  public Prompt {
    givenBoxes = List.copyOf(givenBoxes);
  }

  /** Returns the index in {@link #ids} after the image positions; 0 without an image. */
  public int textStart() {
    return imageStart < 0 ? 0 : imageStart + imageCount;
  }
}
