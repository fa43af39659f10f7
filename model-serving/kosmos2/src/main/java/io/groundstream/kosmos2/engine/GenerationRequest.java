package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.decoding.TokenRules;
import org.jspecify.annotations.Nullable;

/**
 * A request to generate one sequence.
 *
 * @param promptIds the token ids of the prompt, at least one
 * @param imageAt the index of the first image position in the prompt; unused without an image
 * @param levels the image, size × size × channels, 8 bits each; null without an image. Requests
 *     with equal levels share one encoding while it is cached.
 * @param options the options for generating. Stop strings and bad words are texts, which the engine
 *     does not know: they are in the rules.
 * @param rules which tokens may be chosen, and where the sequence ends
 * @param admission the terms on which the request waits
 * @param ignoreEnd whether to continue after the end of sequence up to the maximum length; for
 *     measurements, which need answers of known lengths from untrained models
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and too large to copy
public record GenerationRequest(
    int[] promptIds,
    int imageAt,
    byte @Nullable [] levels,
    GenerationOptions options,
    TokenRules rules,
    Admission admission,
    boolean ignoreEnd) {

  /** Creates a request without rules. */
  public GenerationRequest(
      int[] promptIds,
      int imageAt,
      byte @Nullable [] levels,
      GenerationOptions options,
      Admission admission,
      boolean ignoreEnd) {
    this(promptIds, imageAt, levels, options, TokenRules.NONE, admission, ignoreEnd);
  }

  /** Creates a request on the default terms. */
  public GenerationRequest(
      int[] promptIds, int imageAt, byte @Nullable [] levels, GenerationOptions options) {
    this(promptIds, imageAt, levels, options, Admission.ORDINARY, false);
  }
}
