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
 * @param further those that only parts of prompts refer to
 * @param demonstrations what the model is shown before the event's own image
 */
record EventImages(
    @Nullable EventImage own, List<EventImage> further, Demonstrations demonstrations) {
  EventImages {
    further = List.copyOf(further);
  }

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
    List<PromptPart> prompt = new ArrayList<>();
    for (io.groundstream.avro.PromptPart part : parts) {
      String name = "parts[" + prompt.size() + "]";
      Integer index = part.getImage();
      if ((index == null) == (part.getText() == null)) {
        throw new GroundingException(
            GroundingErrorCode.TEXT_INVALID,
            name
                + ": "
                + (index == null ? "neither text nor image" : "text and image")
                + " (expected: one of them)");
      }
      if (index == null) {
        prompt.add(new PromptPart.Text(part.getText()));
        continue;
      }
      EventImage image = at(index);
      if (image == null) {
        throw new GroundingException(
            GroundingErrorCode.IMAGE_MISSING,
            name
                + ": image "
                + index
                + " (expected: 0 for the event's own image, if it has one, or 1 to "
                + further.size()
                + " for one of further_images)");
      }
      prompt.add(new PromptPart.Image(image.prepared()));
    }
    return prompt;
  }
}
