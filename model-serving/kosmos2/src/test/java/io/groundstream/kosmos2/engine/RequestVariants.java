package io.groundstream.kosmos2.engine;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests whose prompts begin alike, or whose candidates are scored, and their answers. */
final class RequestVariants {
  /** The number of tokens with which {@link #withPrefix} lets every prompt begin. */
  static final int COMMON_TOKENS = 10;

  /** The number of tokens up to the end of an image at index 2. */
  static final int TOKENS_TO_IMAGE_END = 66;

  private static final int CANDIDATES = 5;

  /** Of candidates; results of other batches differ in the last bits. */
  private static final float ROUNDING = 1e-4f;

  private RequestVariants() {}

  /** Puts common tokens before a prompt, which are shared. */
  static GenerationRequest withPrefix(GenerationRequest like) {
    int[] ids = new int[COMMON_TOKENS + like.promptIds().length];
    for (int i = 1; i < COMMON_TOKENS; i++) {
      ids[i] = 100 + i;
    }
    System.arraycopy(like.promptIds(), 0, ids, COMMON_TOKENS, like.promptIds().length);
    List<PromptImage> images =
        like.images().stream()
            .map(image -> new PromptImage(image.at() + COMMON_TOKENS, image.levels()))
            .toList();
    return request(like, ids, images, COMMON_TOKENS, like.candidates());
  }

  /** Shares the first tokens of a prompt. */
  static GenerationRequest sharing(GenerationRequest like, int tokens) {
    return request(like, like.promptIds(), like.images(), tokens, like.candidates());
  }

  /** Scores five candidates, of one to five tokens, instead of generating. */
  static GenerationRequest withCandidates(GenerationRequest like) {
    List<int[]> candidates = new ArrayList<>();
    for (int candidate = 0; candidate < CANDIDATES; candidate++) {
      candidates.add(candidate(1 + candidate, 13 * candidate));
    }
    return withCandidates(like, candidates);
  }

  static GenerationRequest withCandidates(GenerationRequest like, List<int[]> candidates) {
    return request(like, like.promptIds(), like.images(), like.sharedTokens(), candidates);
  }

  /** Returns a candidate; others with another seed differ. */
  static int[] candidate(int tokens, int seed) {
    int[] candidate = new int[tokens];
    for (int token = 0; token < tokens; token++) {
      candidate[token] = 70 + (seed + token * 5) % 90;
    }
    return candidate;
  }

  private static GenerationRequest request(
      GenerationRequest like,
      int[] ids,
      List<PromptImage> images,
      int sharedTokens,
      List<int[]> candidates) {
    return new GenerationRequest(
        ids,
        images,
        sharedTokens,
        candidates,
        like.options(),
        like.rules(),
        like.admission(),
        like.ignoreEnd());
  }

  /** Asserts that the tokens are equal, and the scores up to rounding. */
  static void assertSame(Generation actual, @Nullable Generation expected) {
    requireNonNull(expected);
    assertThat(actual.tokens()).isEqualTo(expected.tokens());
    assertThat(actual.scores()).hasSameSizeAs(expected.scores());
    for (int candidate = 0; candidate < expected.scores().size(); candidate++) {
      assertThat(actual.scores().get(candidate))
          .as("candidate %d", candidate)
          .containsExactly(expected.scores().get(candidate), within(ROUNDING));
    }
  }
}
