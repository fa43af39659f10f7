package io.groundstream.model.engine;

import org.jspecify.annotations.Nullable;

/**
 * One sequence to generate.
 *
 * @param promptIds token ids, at least one
 * @param imageAt where in the prompt the places for the picture begin; unused without picture
 * @param pixels channels × size × size, normalised; null without picture. Requests with equal
 *     pixels share their encoding while it is kept.
 * @param options how to generate
 * @param admission on what terms it waits
 * @param ignoreEnd whether to go on behind the end of the sequence until the length is reached; for
 *     measurements, which need answers of known lengths from models that know nothing
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and too large to copy
public record GenerationRequest(
    int[] promptIds,
    int imageAt,
    float @Nullable [] pixels,
    GenerationOptions options,
    Admission admission,
    boolean ignoreEnd) {

  /** A request on ordinary terms. */
  public GenerationRequest(
      int[] promptIds, int imageAt, float @Nullable [] pixels, GenerationOptions options) {
    this(promptIds, imageAt, pixels, options, Admission.ORDINARY, false);
  }
}
