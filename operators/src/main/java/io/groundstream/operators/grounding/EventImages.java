package io.groundstream.operators.grounding;

import io.groundstream.kosmos2.Demonstrations;
import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.text.PromptPart;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The images of an event.
 *
 * @param own the event's own; null for none
 * @param further those that only parts of prompts refer to; null for one that no part does
 * @param demonstrations what the model is shown before the event's own image
 */
record EventImages(
    @Nullable EventImage own, List<@Nullable EventImage> further, Demonstrations demonstrations) {

  /** Returns an image: 0 is the event's own; null if there is none. */
  @Nullable EventImage at(int index) {
    if (index == 0) {
      return own;
    }
    return index > 0 && index <= further.size() ? further.get(index - 1) : null;
  }

  /**
   * Returns the parts of a prompt with their images.
   *
   * @throws GroundingException if a part is neither text nor an image of the event
   */
  List<PromptPart> parts(List<io.groundstream.avro.PromptPart> parts) throws GroundingException {
    check(parts, own != null, further.size());
    List<PromptPart> prompt = new ArrayList<>();
    for (io.groundstream.avro.PromptPart part : parts) {
      Integer index = part.getImage();
      EventImage image = index == null ? null : at(index);
      prompt.add(
          image == null
              ? new PromptPart.Text(part.getText())
              : new PromptPart.Image(image.prepared()));
    }
    return prompt;
  }

  /**
   * Checks the parts of a prompt before there are images.
   *
   * @param hasOwn whether the event has an image of its own
   * @param further the number of its further images
   * @throws GroundingException if a part is neither text nor an image of the event
   */
  static void check(List<io.groundstream.avro.PromptPart> parts, boolean hasOwn, int further)
      throws GroundingException {
    for (int i = 0; i < parts.size(); i++) {
      io.groundstream.avro.PromptPart part = parts.get(i);
      String name = "parts[" + i + "]";
      Integer index = part.getImage();
      if ((index == null) == (part.getText() == null)) {
        throw new GroundingException(
            GroundingErrorCode.TEXT_INVALID,
            name
                + ": "
                + (index == null ? "neither text nor image" : "text and image")
                + " (expected: one of them)");
      }
      if (index != null && (index < 0 || index > further || (index == 0 && !hasOwn))) {
        throw new GroundingException(
            GroundingErrorCode.IMAGE_MISSING,
            name
                + ": image "
                + index
                + " (expected: 0 for the event's own image, if it has one, or 1 to "
                + further
                + " for one of further_images)");
      }
    }
  }
}
