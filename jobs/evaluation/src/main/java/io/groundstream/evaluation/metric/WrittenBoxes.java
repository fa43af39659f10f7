package io.groundstream.evaluation.metric;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the boxes of a phrase in the model's text with written tags, as the authors' evaluators do.
 * An {@code <object>} that is not closed, or has an odd number of locations, has no boxes.
 */
public final class WrittenBoxes {
  private static final String CELL = "<patch_index_\\d{1,9}>";
  private static final String PAIR = CELL + CELL;
  private static final Pattern GROUNDED =
      Pattern.compile(
          "(?:<phrase>([^<]+)</phrase>)?<object>((?:"
              + PAIR
              + "</delimiter_of_multi_objects/>)*"
              + PAIR
              + ")</object>");
  private static final Pattern CORNERS =
      Pattern.compile("<patch_index_(\\d{1,9})><patch_index_(\\d{1,9})>");

  private WrittenBoxes() {}

  /**
   * Returns the boxes whose phrase, stripped, equals the expected one exactly, in order of writing;
   * if there are none, the single box {@link PixelBox#NONE}, which hits nothing.
   *
   * @param text prompt and generated text after the image
   * @param width the annotation's width of the image, in pixels
   * @param height the annotation's height of the image, in pixels
   */
  public static List<PixelBox> of(String text, String expectedPhrase, double width, double height) {
    List<PixelBox> boxes = new ArrayList<>();
    Matcher grounded = GROUNDED.matcher(text);
    while (grounded.find()) {
      String phrase = grounded.group(1);
      if (phrase != null && phrase.strip().equals(expectedPhrase)) {
        Matcher corners = CORNERS.matcher(grounded.group(2));
        while (corners.find()) {
          boxes.add(
              LocationGrid.box(
                  Integer.parseInt(corners.group(1)),
                  Integer.parseInt(corners.group(2)),
                  width,
                  height));
        }
      }
    }
    return boxes.isEmpty() ? List.of(PixelBox.NONE) : boxes;
  }
}
