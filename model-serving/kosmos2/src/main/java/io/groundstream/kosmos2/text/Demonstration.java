package io.groundstream.kosmos2.text;

import io.groundstream.images.PreparedImage;
import java.util.List;

/**
 * An image with the text that the model should give for such an image, shown to it before the
 * request's own image.
 *
 * @param image the image
 * @param text what follows the image, in which tags are tags, such as {@code An image of a dog.}
 *     Its layout should be that of the request's prompt with an answer, and end with a full stop.
 * @param boxes regions of the image, normalised to [0, 1]. Each {@code <object></object>} in the
 *     text receives one of them, or all if there is only one. If the text has none, {@code <phrase>
 *     It</phrase><object>LOCATIONS</object>} is put before it.
 */
public record Demonstration(PreparedImage image, String text, List<Box> boxes) {
  public Demonstration {
    boxes = List.copyOf(boxes);
  }
}
