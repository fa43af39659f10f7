package io.groundstream.kosmos2;

import io.groundstream.images.PreparedImage;
import io.groundstream.kosmos2.engine.GenerationOptions;
import io.groundstream.kosmos2.text.Box;
import io.groundstream.kosmos2.text.PromptPart;
import io.groundstream.kosmos2.text.Region;
import io.groundstream.kosmos2.text.Task;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One question about one image, or a prompt with several.
 *
 * @param task the task to perform
 * @param text the task's text, for the tasks of {@link Task} that take one; else null
 * @param regions the regions that the task refers to, for the tasks that take boxes; else empty
 * @param image the image, from {@link Kosmos2#prepare}; null only for {@link Task#PROMPT} and
 *     {@link Task#SCORE}
 * @param demonstrations what the model is shown before the image
 * @param parts the whole prompt of {@link Task#PROMPT} or {@link Task#SCORE} in place of text,
 *     image and demonstrations; else empty
 * @param candidates what {@link Task#SCORE} compares; none for the other tasks
 * @param options how to generate the answer
 * @param priority requests with a higher priority leave the queue first; the default is 0
 * @param deadline the request fails if the model has not started it by then; null for no deadline
 */
public record GroundingRequest(
    Task task,
    @Nullable String text,
    List<Region> regions,
    @Nullable PreparedImage image,
    Demonstrations demonstrations,
    List<PromptPart> parts,
    Candidates candidates,
    GenerationOptions options,
    int priority,
    @Nullable Instant deadline) {
  public GroundingRequest {
    regions = List.copyOf(regions);
    parts = List.copyOf(parts);
  }

  /** Creates a request about one image. */
  public GroundingRequest(
      Task task,
      @Nullable String text,
      List<Region> regions,
      @Nullable PreparedImage image,
      GenerationOptions options,
      int priority,
      @Nullable Instant deadline) {
    this(
        task,
        text,
        regions,
        image,
        Demonstrations.NONE,
        List.of(),
        Candidates.NONE,
        options,
        priority,
        deadline);
  }

  /** Creates a request about one image with the default priority and no deadline. */
  public GroundingRequest(
      Task task,
      @Nullable String text,
      List<Region> regions,
      @Nullable PreparedImage image,
      GenerationOptions options) {
    this(task, text, regions, image, options, 0, null);
  }

  /**
   * Creates a request with a prompt of text and images in any order, with the default priority and
   * no deadline.
   *
   * @param parts at least one part; the last is a text
   */
  public static GroundingRequest ofParts(List<PromptPart> parts, GenerationOptions options) {
    return new GroundingRequest(
        Task.PROMPT,
        null,
        List.of(),
        null,
        Demonstrations.NONE,
        parts,
        Candidates.NONE,
        options,
        0,
        null);
  }

  /** Returns the boxes of the regions. */
  public List<Box> boxes() {
    return regions.stream().map(Region::box).toList();
  }

  /** Returns a copy of this request with other demonstrations. */
  public GroundingRequest withDemonstrations(Demonstrations other) {
    return new GroundingRequest(
        task, text, regions, image, other, parts, candidates, options, priority, deadline);
  }

  /** Returns a copy of this request that scores candidates. */
  public GroundingRequest withCandidates(Candidates other) {
    return new GroundingRequest(
        Task.SCORE,
        text,
        regions,
        image,
        demonstrations,
        parts,
        other,
        options,
        priority,
        deadline);
  }
}
