package io.groundstream.model.engine;

import io.groundstream.model.program.BannedTokens;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;

/** A request on its way: its tokens so far. Confined to the engine's thread once it is admitted. */
final class Sequence {
  private static final int NO_TOKEN = -1;

  private final GenerationRequest request;
  private final CompletableFuture<Generation> answer;
  private final int endOfSequence;
  private final float[] probabilities;

  /** Prompt and generated tokens. */
  private final int[] tokens;

  private final long submitNanos = System.nanoTime();
  private boolean admitted;
  private int length;

  Sequence(GenerationRequest request, int endOfSequence) {
    this.request = request;
    this.answer = new CompletableFuture<>();
    this.endOfSequence = request.ignoreEnd() ? NO_TOKEN : endOfSequence;
    int most = request.options().maxNewTokens();
    this.tokens = Arrays.copyOf(request.promptIds(), request.promptIds().length + most);
    this.probabilities = new float[most];
    restart();
  }

  GenerationRequest request() {
    return request;
  }

  CompletableFuture<Generation> answer() {
    return answer;
  }

  long nanosSinceSubmit() {
    return System.nanoTime() - submitNanos;
  }

  /** Tells how long it waited, when it gets its first slot. */
  void admitted(EngineListeners listeners) {
    if (!admitted) {
      admitted = true;
      long waited = nanosSinceSubmit();
      listeners.tell(listener -> listener.onAdmitted(waited));
    }
  }

  /** How many tokens of a slot it needs at most: the last token generated is never read again. */
  int neededLength() {
    return tokens.length - 1;
  }

  /** How many of its tokens are in the cache: all but the one chosen last. */
  int cachedLength() {
    return length - 1;
  }

  int lastToken() {
    return tokens[length - 1];
  }

  /** Forgets what was generated. */
  void restart() {
    length = request.promptIds().length;
  }

  void append(int token, float probability) {
    probabilities[length - request.promptIds().length] = probability;
    tokens[length++] = token;
  }

  boolean finished() {
    return length > request.promptIds().length
        && (length == tokens.length || lastToken() == endOfSequence);
  }

  Generation generation() {
    int prompt = request.promptIds().length;
    return new Generation(
        Arrays.copyOfRange(tokens, prompt, length),
        Arrays.copyOf(probabilities, length - prompt),
        lastToken() == endOfSequence ? FinishReason.END : FinishReason.LENGTH);
  }

  /**
   * Bans every token that would complete an n-gram which prompt and answer hold already, as the
   * reference's {@code no_repeat_ngram_size} does.
   */
  void banRepeats(int row, BannedTokens banned) {
    int size = request.options().noRepeatNgramSize();
    if (size == 0) {
      return;
    }
    int prefix = size - 1;
    int tail = length - prefix;
    for (int start = 0; start < tail; start++) {
      if (Arrays.equals(tokens, start, start + prefix, tokens, tail, length)) {
        banned.add(row, tokens[start + prefix]);
      }
    }
  }
}
