package io.groundstream.model;

import io.groundstream.model.engine.GenerationOptions;
import io.groundstream.model.image.PreparedImage;
import io.groundstream.model.text.Box;
import io.groundstream.model.text.Task;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One question about one picture.
 *
 * @param task what is asked
 * @param text what the task is about; which tasks need one, {@link Task} says
 * @param boxes the regions that the task is about, normalised
 * @param image the picture, as {@link Kosmos2#prepare} made it; null only for {@link Task#PROMPT}
 * @param options how to generate the answer
 */
public record GroundingRequest(
    Task task,
    @Nullable String text,
    List<Box> boxes,
    @Nullable PreparedImage image,
    GenerationOptions options) {
  public GroundingRequest {
    boxes = List.copyOf(boxes);
  }
}
