package io.groundstream.kosmos2.text;

import java.util.List;

/**
 * What the model is given to continue.
 *
 * @param ids all token ids, beginning of sequence and image places included; not to be changed
 * @param imageStart index in {@code ids} of the first image place, or -1 without an image
 * @param imageCount how many image places there are; 0 without an image
 * @param text the text after the image, stripped, with tags; what a user's text contributed to it
 *     stands as the user wrote it
 * @param givenBoxes the boxes that the prompt asks about, as the caller gave them
 */
@SuppressWarnings("ArrayRecordComponent") // Thousands of prompts a second; nobody compares them.
public record Prompt(int[] ids, int imageStart, int imageCount, String text, List<Box> givenBoxes) {
  public Prompt {
    givenBoxes = List.copyOf(givenBoxes);
  }

  /** Returns the index in {@link #ids} behind the image places: 0 without an image. */
  public int textStart() {
    return imageStart < 0 ? 0 : imageStart + imageCount;
  }
}
