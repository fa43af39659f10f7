package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.decoding.BeamSearch;
import io.groundstream.kosmos2.decoding.Choice;
import io.groundstream.kosmos2.decoding.NoRepeatNgrams;
import io.groundstream.kosmos2.decoding.ProcessorChain;
import io.groundstream.kosmos2.decoding.TokenChooser;
import io.groundstream.kosmos2.decoding.TokenView;
import io.groundstream.kosmos2.program.BannedTokens;
import io.groundstream.kosmos2.program.Continuation;
import io.groundstream.kosmos2.program.RowLogits;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
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

  /** Chooses tokens from logits; null if the network chooses, and with beam search. */
  private final @Nullable TokenChooser chooser;

  /** Chooses the tokens of several beams; null without beam search. */
  private final @Nullable BeamSearch beams;

  /** What the network must not choose; null if it chooses without a ban, or not at all. */
  private final @Nullable NoRepeatNgrams banned;

  /** Prompt and generated tokens; with beam search, only the prompt is used. */
  private final int[] tokens;

  private boolean stopped;

  /** Whether the slots of the beams are still those before the last step. */
  private boolean parentsPending;

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
    GenerationOptions options = request.options();
    ProcessorChain processors =
        ProcessorChain.of(
            options.repetitionPenalty(),
            options.noRepeatNgramSize(),
            options.minNewTokens(),
            this.endOfSequence,
            request.rules());
    this.beams =
        rows() == 1
            ? null
            : new BeamSearch(
                options.beams(),
                options.lengthPenalty(),
                request.promptIds(),
                maxNewTokens,
                this.endOfSequence,
                processors,
                request.rules().stop());
    boolean plain =
        options.repetitionPenalty() == 1
            && options.minNewTokens() == 0
            && options.sampling() == null
            && request.rules().processors().isEmpty();
    boolean onDevice = plain || request.scores();
    this.chooser =
        beams != null || onDevice ? null : new TokenChooser(processors, options.sampling());
    this.banned =
        chooser == null && beams == null && options.noRepeatNgramSize() > 0
            ? new NoRepeatNgrams(options.noRepeatNgramSize())
            : null;
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

  /** Returns whether all candidates have been scored. */
  boolean hasAllScores() {
    return Arrays.stream(scores).allMatch(Objects::nonNull);
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

  /** Returns its number of slots: one for each beam. */
  int rows() {
    return request.scores() ? 1 : request.options().beams();
  }

  /** Returns its maximum cost, in tokens of all its slots; the actual cost is known at its end. */
  int cost() {
    return rows() * tokens.length + request.candidateTokens();
  }

  /** Returns its cost so far, in tokens of all its slots. */
  int usedTokens() {
    return rows() * length + (scored ? request.candidateTokens() : 0);
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

  int lastToken(int beam) {
    return beams == null ? tokens[length - 1] : beams.lastToken(beam);
  }

  /** Returns whether it chooses its tokens itself, so that a step must return its logits. */
  boolean wantsLogits() {
    return chooser != null || beams != null;
  }

  /** Returns whether each token must be known before the next one is generated. */
  boolean takesSingleSteps() {
    return wantsLogits() || banned != null || request.rules().stop() != null;
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
    stopped = false;
    parentsPending = false;
    if (beams != null) {
      beams.restart();
    }
    scored = false;
  }

  /** Appends a token that the network has chosen. */
  void append(int token, float probability) {
    started();
    probabilities[length - request.promptIds().length] = probability;
    tokens[length++] = token;
    stopped = stops(view());
  }

  /**
   * Chooses the next token.
   *
   * @param logits those of each of its slots in the order of the beams; after prefill, of the first
   *     one alone
   * @throws GroundingException if its options leave no token to choose
   */
  void choose(List<RowLogits> logits) throws GroundingException {
    if (chooser != null) {
      Choice choice = chooser.choose(logits.get(0), view());
      append(choice.token(), choice.probability());
    } else if (beams != null) {
      started();
      beams.advance(logits);
      length = beams.length();
      parentsPending = length > request.promptIds().length + 1;
    }
  }

  /**
   * Returns for each beam the one that it continues, whose keys and values its slot must get before
   * the next step; null if each continues itself.
   */
  int @Nullable [] pendingParents() {
    if (beams == null || !parentsPending) {
      return null;
    }
    int[] parents = new int[beams.beams()];
    boolean moved = false;
    for (int beam = 0; beam < parents.length; beam++) {
      parents[beam] = beams.parent(beam);
      moved |= parents[beam] != beam;
    }
    return moved ? parents : null;
  }

  /** Reports that the slots have the keys and values of the parents. */
  void parentsApplied() {
    parentsPending = false;
  }

  /** Returns the number of the prompt's tokens, which all beams have in common. */
  int promptLength() {
    return request.promptIds().length;
  }

  private void started() {
    if (length == request.promptIds().length) {
      prefilledNanos = now();
    }
  }

  private TokenView view() {
    return new TokenView(tokens, request.promptIds().length, length);
  }

  private boolean stops(TokenView answer) {
    return request.rules().stop() != null && request.rules().stop().stops(answer);
  }

  boolean finished() {
    if (scores()) {
      return false;
    }
    if (beams != null) {
      return beams.hasEnded();
    }
    return length > request.promptIds().length
        && (stopped || length == tokens.length || lastToken(0) == endOfSequence);
  }

  Generation generation() {
    if (scores()) {
      return generation(new int[0], new float[0], List.of(scores), FinishReason.END);
    }
    int[] answer = beams == null ? view().generated() : beams.bestTokens();
    float[] known =
        beams == null ? Arrays.copyOf(probabilities, answer.length) : beams.bestProbabilities();
    return generation(answer, known, List.of(), finishReason(answer));
  }

  private Generation generation(
      int[] answer, float[] known, List<float[]> candidates, FinishReason reason) {
    return new Generation(
        answer,
        known,
        candidates,
        reason,
        new GenerationTimes(
            ORIGIN_NANOS + submitNanos,
            ORIGIN_NANOS + admittedNanos,
            ORIGIN_NANOS + prefilledNanos,
            System.nanoTime()));
  }

  private FinishReason finishReason(int[] answer) {
    if (answer[answer.length - 1] == endOfSequence) {
      return FinishReason.END;
    }
    int prompt = request.promptIds().length;
    int[] all = Arrays.copyOf(request.promptIds(), prompt + answer.length);
    System.arraycopy(answer, 0, all, prompt, answer.length);
    return stops(new TokenView(all, prompt, all.length)) ? FinishReason.STOP : FinishReason.LENGTH;
  }

  /** Bans the tokens that the network must not choose for a row. */
  void ban(int row, BannedTokens tokensOfRows) {
    if (banned != null) {
      banned.forEachBanned(view(), token -> tokensOfRows.add(row, token));
    }
  }
}
