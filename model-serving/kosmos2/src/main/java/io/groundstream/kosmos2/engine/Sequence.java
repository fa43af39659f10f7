package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.program.BannedTokens;
import io.groundstream.kosmos2.program.Continuation;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A request in progress, with its terms of waiting and its tokens so far. The tokens are confined
 * to the engine's thread.
 */
final class Sequence {
  private static final int NO_TOKEN = -1;

  /** Times are relative to this, so that they can be compared as numbers. */
  private static final long ORIGIN_NANOS = System.nanoTime();

  /** A deadline farther in the future is ignored, since nanoseconds could overflow. */
  private static final Duration FAR_OFF = Duration.ofDays(3650);

  private final GenerationRequest request;
  private final long number;
  private final CompletableFuture<Generation> answer = new CompletableFuture<>();

  /** The images after the prefix. */
  private final List<PlacedImage> images;

  private final @Nullable PrefixKey prefix;
  private final int endOfSequence;
  private final long submitNanos;
  private final long deadlineNanos;
  private final float[] probabilities;

  /** For each candidate, the logarithmic probabilities of its tokens; null until it is scored. */
  private final float[][] scores;

  /** Prompt and generated tokens. */
  private final int[] tokens;

  private boolean secondChance = true;
  private boolean admitted;
  private long admittedNanos;
  private long prefilledNanos;
  private int length;

  /** Whether its candidates were scored. */
  private boolean scored;

  /**
   * @param number its number in order of arrival
   */
  Sequence(GenerationRequest request, int endOfSequence, long number) {
    this.request = request;
    this.number = number;
    int shared = request.sharedTokens();
    List<PlacedImage> placed =
        request.images().stream()
            .map(image -> new PlacedImage(image.at(), new ImageKey(image.levels())))
            .toList();
    this.images = placed.stream().filter(image -> image.at() >= shared).toList();
    this.prefix =
        shared == 0
            ? null
            : new PrefixKey(
                Arrays.copyOf(request.promptIds(), shared),
                placed.stream().filter(image -> image.at() < shared).toList());
    this.endOfSequence = request.ignoreEnd() ? NO_TOKEN : endOfSequence;
    this.submitNanos = now();
    this.deadlineNanos = deadlineNanos(request.admission().deadline());
    // Scoring ignores the token that prefill chooses.
    int maxNewTokens = request.scores() ? 1 : request.options().maxNewTokens();
    this.tokens = Arrays.copyOf(request.promptIds(), request.promptIds().length + maxNewTokens);
    this.probabilities = new float[maxNewTokens];
    this.scores = new float[request.candidates().size()][];
    restart();
  }

  private static long now() {
    return System.nanoTime() - ORIGIN_NANOS;
  }

  private static long deadlineNanos(@Nullable Instant deadline) {
    if (deadline == null) {
      return Long.MAX_VALUE;
    }
    Duration left = Duration.between(Instant.now(), deadline);
    if (left.compareTo(FAR_OFF) > 0) {
      return Long.MAX_VALUE;
    }
    return left.isNegative() ? now() : now() + left.toNanos();
  }

  GenerationRequest request() {
    return request;
  }

  long number() {
    return number;
  }

  int priority() {
    return request.admission().priority();
  }

  CompletableFuture<Generation> answer() {
    return answer;
  }

  /** Returns the images after the prefix, in order of their places. */
  List<PlacedImage> images() {
    return images;
  }

  /** Returns the tokens that other prompts also begin with; null for none. */
  @Nullable PrefixKey prefix() {
    return prefix;
  }

  /** Returns whether candidates are scored, and nothing is generated. */
  boolean scores() {
    return request.scores();
  }

  /**
   * Returns a candidate that continues the prompt in a slot; its first token is the prompt's last.
   */
  Continuation continuation(int slot, int[] candidate) {
    int[] prompt = request.promptIds();
    int[] row = new int[candidate.length + 1];
    row[0] = prompt[prompt.length - 1];
    System.arraycopy(candidate, 0, row, 1, candidate.length);
    return new Continuation(slot, prompt.length - 1, row);
  }

  /** Records the logarithmic probabilities of a candidate's tokens. */
  void score(int candidate, float[] logarithms) {
    scores[candidate] = logarithms;
    scored = true;
  }

  /** Returns whether all scores are finite numbers. */
  boolean hasFiniteScores() {
    return Arrays.stream(scores)
        .allMatch(
            candidate ->
                candidate != null
                    && IntStream.range(0, candidate.length)
                        .allMatch(token -> Float.isFinite(candidate[token])));
  }

  long nanosSinceSubmit() {
    return now() - submitNanos;
  }

  boolean hasDeadline() {
    return deadlineNanos != Long.MAX_VALUE;
  }

  long deadlineNanos() {
    return deadlineNanos;
  }

  long nanosToDeadline() {
    return hasDeadline() ? deadlineNanos - now() : Long.MAX_VALUE;
  }

  /** Returns its maximum cost, in tokens; the actual cost is known when it ends. */
  int cost() {
    return tokens.length + request.candidateTokens();
  }

  /** Returns its cost so far, in tokens. */
  int length() {
    return length + (scored ? request.candidateTokens() : 0);
  }

  /** Records the waiting time when it gets its first slot. */
  void admitted(EngineStatistics statistics) {
    if (!admitted) {
      admitted = true;
      admittedNanos = now();
      long waited = admittedNanos - submitNanos;
      statistics.count(EngineCounter.ADMITTED);
      statistics.add(EngineCounter.WAIT_NANOS, waited);
      statistics.record(EngineTimer.QUEUE_WAIT, waited);
    }
  }

  /** Returns the maximum number of tokens in its slot: the last generated token is never read. */
  int neededLength() {
    return tokens.length - 1;
  }

  /** Returns the number of its tokens in the cache: all but the one chosen last. */
  int cachedLength() {
    return length - 1;
  }

  /** Returns how many more tokens may be generated. */
  int remaining() {
    return tokens.length - length;
  }

  /** Returns the token that ends it, or -1 if none does. */
  int endToken() {
    return endOfSequence;
  }

  int lastToken() {
    return tokens[length - 1];
  }

  /**
   * Returns whether it may be retried after a failure that is probably not its fault, such as a
   * lack of memory that may be over a moment later. True on the first call only.
   */
  boolean takeSecondChance() {
    boolean had = secondChance;
    secondChance = false;
    return had;
  }

  /** Discards the generated tokens. */
  void restart() {
    length = request.promptIds().length;
    scored = false;
  }

  void append(int token, float probability) {
    if (length == request.promptIds().length) {
      prefilledNanos = now();
    }
    probabilities[length - request.promptIds().length] = probability;
    tokens[length++] = token;
  }

  boolean finished() {
    return !scores()
        && length > request.promptIds().length
        && (length == tokens.length || lastToken() == endOfSequence);
  }

  Generation generation() {
    int prompt = request.promptIds().length;
    int end = scores() ? prompt : length;
    return new Generation(
        Arrays.copyOfRange(tokens, prompt, end),
        Arrays.copyOf(probabilities, end - prompt),
        scores() ? List.of(scores) : List.of(),
        scores() || lastToken() == endOfSequence ? FinishReason.END : FinishReason.LENGTH,
        new GenerationTimes(
            ORIGIN_NANOS + submitNanos,
            ORIGIN_NANOS + admittedNanos,
            ORIGIN_NANOS + prefilledNanos,
            System.nanoTime()));
  }

  /** Returns whether {@link #banRepeats} may ban any token. */
  boolean bansRepeats() {
    return request.options().noRepeatNgramSize() > 0;
  }

  /**
   * Bans every token that would complete an n-gram already present in prompt and answer, as the
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
