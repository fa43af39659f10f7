package io.groundstream.kosmos2.engine;

import org.jspecify.annotations.Nullable;

/**
 * One sequence to generate.
 *
 * @param promptIds token ids, at least one
 * @param imageAt where in the prompt the places for the image begin; unused without image
 * @param levels size × size × channels, 8 bits each; null without image. Requests with equal levels
 *     share their encoding while it is kept.
 * @param options how to generate
 * @param admission on what terms it waits
 * @param ignoreEnd whether to go on behind the end of the sequence until the length is reached; for
 *     measurements, which need answers of known lengths from models that know nothing
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and too large to copy
public record GenerationRequest(
    int[] promptIds,
    int imageAt,
    byte @Nullable [] levels,
    GenerationOptions options,
    Admission admission,
    boolean ignoreEnd) {

  /** A request on ordinary terms. */
  public GenerationRequest(
      int[] promptIds, int imageAt, byte @Nullable [] levels, GenerationOptions options) {
    this(promptIds, imageAt, levels, options, Admission.ORDINARY, false);
  }
}
