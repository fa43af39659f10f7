package io.groundstream.console.render;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A picture on the page.
 *
 * @param bytes the encoded picture as it was sent; it may be no picture at all
 * @param width its width after orientation, 0 if it is not known
 * @param height its height after orientation, 0 if it is not known
 * @param failure why the picture as a whole failed, or null if it did not
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and too large to copy.
public record PageImage(
    String imageId,
    byte[] bytes,
    int width,
    int height,
    List<PageAnswer> answers,
    @Nullable PageFailure failure) {
  public PageImage {
    answers = List.copyOf(answers);
  }

  public PageImage(String imageId, byte[] bytes, int width, int height, List<PageAnswer> answers) {
    this(imageId, bytes, width, height, answers, null);
  }

  /** A picture that could not be processed at all. */
  public static PageImage failed(String imageId, byte[] bytes, PageFailure failure) {
    return new PageImage(imageId, bytes, 0, 0, List.of(), failure);
  }
}
