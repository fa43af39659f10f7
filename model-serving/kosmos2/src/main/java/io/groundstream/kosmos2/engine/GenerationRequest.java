package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.decoding.TokenRules;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request to generate one sequence, or to score given ones.
 *
 * @param promptIds the token ids of the prompt, at least one
 * @param images the images of the prompt, in order of their places
 * @param sharedTokens the number of first tokens, with the images among them, that other requests
 *     also begin with: these are read once, and their keys and values kept for a while. Less than
 *     the prompt's length; 0 for none
 * @param candidates continuations of the prompt to score, each of at least one token; empty to
 *     generate
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
    List<PromptImage> images,
    int sharedTokens,
    List<int[]> candidates,
    GenerationOptions options,
    TokenRules rules,
    Admission admission,
    boolean ignoreEnd) {
  public GenerationRequest {
    images = List.copyOf(images);
    candidates = List.copyOf(candidates);
    if (sharedTokens < 0 || sharedTokens >= Math.max(1, promptIds.length)) {
      throw new IllegalArgumentException(
          "sharedTokens: %d (expected: >= 0 and less than the prompt's %d tokens)"
              .formatted(sharedTokens, promptIds.length));
    }
  }

  /** Creates a request with at most one image on the default terms. */
  public GenerationRequest(
      int[] promptIds, int imageAt, byte @Nullable [] levels, GenerationOptions options) {
    this(promptIds, imageAt, levels, options, Admission.ORDINARY, false);
  }

  /** Creates a request with at most one image, without rules. */
  public GenerationRequest(
      int[] promptIds,
      int imageAt,
      byte @Nullable [] levels,
      GenerationOptions options,
      Admission admission,
      boolean ignoreEnd) {
    this(promptIds, imageAt, levels, options, TokenRules.NONE, admission, ignoreEnd);
  }

  /**
   * Creates a request with at most one image.
   *
   * @param imageAt the index of the image's first place; unused without an image
   * @param levels the image; null for none
   */
  public GenerationRequest(
      int[] promptIds,
      int imageAt,
      byte @Nullable [] levels,
      GenerationOptions options,
      TokenRules rules,
      Admission admission,
      boolean ignoreEnd) {
    this(
        promptIds,
        levels == null ? List.of() : List.of(new PromptImage(imageAt, levels)),
        0,
        List.of(),
        options,
        rules,
        admission,
        ignoreEnd);
  }

  /** Returns whether candidates are scored, and nothing is generated. */
  public boolean scores() {
    return !candidates.isEmpty();
  }

  /** Returns the number of tokens of all candidates. */
  int candidateTokens() {
    return candidates.stream().mapToInt(candidate -> candidate.length).sum();
  }
}
