package io.groundstream.kosmos2;

import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.Task;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One question about one image.
 *
 * @param task what is asked
 * @param text what the task is about; which tasks need one, {@link Task} says
 * @param boxes the regions that the task is about, normalised
 * @param image the image, as {@link Kosmos2#prepare} made it; null only for {@link Task#PROMPT}
 * @param options how to generate the answer
 * @param priority requests of a higher one are answered before waiting ones of a lower; 0 is the
 *     ordinary one
 * @param deadline if the model has not begun with the request by then, it fails; null for never
 */
public record GroundingRequest(
    Task task,
    @Nullable String text,
    List<Box> boxes,
    @Nullable PreparedImage image,
    GenerationOptions options,
    int priority,
    @Nullable Instant deadline) {
  public GroundingRequest {
    boxes = List.copyOf(boxes);
  }

  /** A question of ordinary priority that can wait. */
  public GroundingRequest(
      Task task,
      @Nullable String text,
      List<Box> boxes,
      @Nullable PreparedImage image,
      GenerationOptions options) {
    this(task, text, boxes, image, options, 0, null);
  }
}
