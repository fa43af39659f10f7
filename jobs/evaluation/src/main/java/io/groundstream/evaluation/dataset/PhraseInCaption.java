package io.groundstream.evaluation.dataset;

import io.groundstream.evaluation.metric.PixelBox;
import java.util.List;

/**
 * A phrase of a caption, with its true boxes.
 *
 * @param id a name that is unique in the dataset
 * @param image the file's name, relative to the folder of images
 * @param width the annotation's width of the image, in pixels
 * @param height the annotation's height of the image, in pixels
 * @param start where the phrase starts in the caption, in UTF-16 units
 * @param end where it ends, exclusive
 * @param types the phrase's types, such as people
 * @param boxes its true boxes; at least one
 */
public record PhraseInCaption(
    String id,
    String image,
    double width,
    double height,
    String caption,
    int start,
    int end,
    List<String> types,
    List<PixelBox> boxes) {
  public PhraseInCaption {
    types = List.copyOf(types);
    boxes = List.copyOf(boxes);
  }

  /** Returns the phrase as the caption has it. */
  public String phrase() {
    return caption.substring(start, end);
  }
}
