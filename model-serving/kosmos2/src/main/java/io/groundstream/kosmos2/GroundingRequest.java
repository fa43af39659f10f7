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
 * @param task the task to perform
 * @param text the task's text, for the tasks of {@link Task} that take one; else null
 * @param boxes the regions that the task refers to, normalised to [0, 1]
 * @param image the image, from {@link Kosmos2#prepare}; null only for {@link Task#PROMPT}
 * @param options how to generate the answer
 * @param priority requests with a higher priority leave the queue first; the default is 0
 * @param deadline the request fails if the model has not started it by then; null for no deadline
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

  /** Creates a request with the default priority and no deadline. */
  public GroundingRequest(
      Task task,
      @Nullable String text,
      List<Box> boxes,
      @Nullable PreparedImage image,
      GenerationOptions options) {
    this(task, text, boxes, image, options, 0, null);
  }
}
