package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.program.BannedTokens;
import io.groundstream.kosmos2.program.Continuation;
import io.groundstream.kosmos2.program.ImageFeatures;
import io.groundstream.kosmos2.program.ImagePlace;
import io.groundstream.kosmos2.program.Network;
import io.groundstream.kosmos2.program.PromptPrefix;
import io.groundstream.kosmos2.program.Prompts;
import io.groundstream.kosmos2.program.StepResult;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Calls the network for sequences and measures the calls. Confined to the engine's thread. */
final class NetworkCalls implements AutoCloseable {
  /** The maximum time for which a call of several steps may delay newcomers and cancellation. */
  private static final long CALL_NANOS = 8_000_000;

  private static final int MAX_STEPS = 16;

  private final Network network;
  private final EngineStatistics statistics;
  private final StartTimes startTimes;
  private final LongSupplier nanoTime;
  private final FeatureCache features;
  private final PrefixCache prefixes;

  /** The duration of the last decode step. */
  private long stepNanos = CALL_NANOS;

  /**
   * @param images the maximum number of images whose features are cached
   * @param prefixTokens the maximum number of tokens of shared prefixes that are cached
   * @param nanoTime the clock that measures calls
   */
  NetworkCalls(
      Network network,
      int images,
      int prefixTokens,
      EngineStatistics statistics,
      StartTimes startTimes,
      LongSupplier nanoTime) {
    this.network = network;
    this.statistics = statistics;
    this.startTimes = startTimes;
    this.nanoTime = nanoTime;
    this.features = new FeatureCache(network, images, statistics, startTimes, nanoTime);
    this.prefixes = new PrefixCache(network, features, prefixTokens, statistics, nanoTime);
  }

  /**
   * Returns what the prompts of one form begin with, reading it unless it is cached; null for
   * nothing. It is valid until the next prefix is read or memory is given back.
   */
  @Nullable PromptPrefix prefix(List<Sequence> group) {
    PrefixKey key = group.get(0).prefix();
    if (key == null) {
      return null;
    }
    PromptPrefix prefix = prefixes.get(key);
    statistics.add(EngineCounter.REUSED_PREFIXES, group.size() - 1L);
    return prefix;
  }

  /**
   * Drops what a sequence's prompt begins with from the cache. Called when numbers of the sequence
   * are not finite, since those of its prefix may be the reason.
   */
  void forgetPrefix(Sequence corrupt) {
    PrefixKey key = corrupt.prefix();
    if (key != null) {
      prefixes.forget(key);
    }
  }

  /**
   * Prefills prompts of one form into the slots from {@code first} on.
   *
   * @param prefix what they begin with; null for nothing
   */
  StepResult prefill(List<Sequence> group, @Nullable PromptPrefix prefix, int first) {
    List<int[]> prompts = new ArrayList<>();
    BannedTokens banned = new BannedTokens();
    List<ImagePlace> places = new ArrayList<>();
    Map<ImageKey, Integer> featureOf = new LinkedHashMap<>();
    for (int row = 0; row < group.size(); row++) {
      Sequence sequence = group.get(row);
      prompts.add(sequence.request().promptIds());
      choice(sequence, row, banned);
      for (PlacedImage image : sequence.images()) {
        Integer known = featureOf.putIfAbsent(image.key(), featureOf.size());
        places.add(new ImagePlace(row, image.at(), known == null ? featureOf.size() - 1 : known));
      }
    }
    int shared = places.size() - featureOf.size();
    if (shared > 0) {
      statistics.add(EngineCounter.REUSED_ENCODINGS, shared);
    }
    try (ImageFeatures images =
        featureOf.isEmpty() ? null : features.featuresOf(List.copyOf(featureOf.keySet()))) {
      long begin = nanoTime.getAsLong();
      StepResult result =
          network.prefill(new Prompts(prompts, prefix, images, places), first, banned);
      long took = nanoTime.getAsLong() - begin;
      int common = prefix == null ? 0 : prefix.length();
      int tokens = prompts.stream().mapToInt(prompt -> prompt.length - common).sum();
      statistics.add(EngineCounter.PREFILLED_TOKENS, tokens);
      statistics.add(EngineCounter.PREFILL_NANOS, took);
      statistics.record(EngineTimer.PREFILL_CALL, took);
      startTimes.prefilled(tokens, took);
      return result;
    }
  }

  /** Bans tokens for a row, or requests its logits. */
  private static void choice(Sequence sequence, int row, BannedTokens banned) {
    if (sequence.wantsLogits()) {
      banned.wantLogits(row);
    } else {
      sequence.ban(row, banned);
    }
  }

  /**
   * Returns the logarithmic probabilities of each row's tokens but the first; see {@link
   * Network#score}.
   */
  List<float[]> score(List<Continuation> rows) {
    long begin = nanoTime.getAsLong();
    List<float[]> scores = network.score(rows);
    long took = nanoTime.getAsLong() - begin;
    statistics.add(EngineCounter.SCORED_CANDIDATES, rows.size());
    statistics.add(EngineCounter.PREFILL_NANOS, took);
    return scores;
  }

  /**
   * Generates one or more tokens for each row, in the order of their slots. Only the last step can
   * finish a sequence.
   */
  List<StepResult> decode(Slots slots) {
    reorder(slots);
    List<Slots.Row> active = slots.rows();
    int rows = active.size();
    int[] tokens = new int[rows];
    int[] lengths = new int[rows];
    int[] ends = new int[rows];
    BannedTokens banned = new BannedTokens();
    for (int row = 0; row < rows; row++) {
      Sequence sequence = active.get(row).sequence();
      tokens[row] = sequence.lastToken(active.get(row).beam());
      lengths[row] = sequence.cachedLength();
      ends[row] = sequence.endToken();
      choice(sequence, row, banned);
    }
    int maxSteps = steps(active);
    long begin = nanoTime.getAsLong();
    List<StepResult> results = network.decode(tokens, lengths, ends, maxSteps, banned);
    long took = nanoTime.getAsLong() - begin;
    int steps = results.size();
    stepNanos = took / steps;
    statistics.add(EngineCounter.DECODE_STEPS, steps);
    statistics.add(EngineCounter.DECODED_ROWS, (long) rows * steps);
    statistics.add(EngineCounter.DECODE_NANOS, took);
    statistics.record(EngineTimer.DECODE_STEP, stepNanos, steps);
    return results;
  }

  /**
   * Gives the slots of beams the keys and values of the beams that they continue. The prompt's are
   * the same for all. If this fails for lack of memory, nothing has been modified, and it is tried
   * again before the next step.
   */
  private void reorder(Slots slots) {
    List<Slots.Row> rows = slots.rows();
    for (Sequence sequence : slots.sequences()) {
      int[] parents = sequence.pendingParents();
      if (parents != null) {
        int[] slotOf = new int[parents.length];
        for (int slot = 0; slot < rows.size(); slot++) {
          if (rows.get(slot).sequence() == sequence) {
            slotOf[rows.get(slot).beam()] = slot;
          }
        }
        int[] moved =
            IntStream.range(0, parents.length).filter(beam -> parents[beam] != beam).toArray();
        int[] targets = Arrays.stream(moved).map(beam -> slotOf[beam]).toArray();
        int[] sources = Arrays.stream(moved).map(beam -> slotOf[parents[beam]]).toArray();
        long begin = nanoTime.getAsLong();
        network.reorder(targets, sources, sequence.promptLength(), sequence.cachedLength());
        statistics.add(EngineCounter.CACHE_NANOS, nanoTime.getAsLong() - begin);
      }
      sequence.parentsApplied();
    }
  }

  /**
   * Returns the maximum number of steps of the next call, which ends earlier if a sequence ends.
   * Fast steps are combined, since each call has an overhead.
   */
  private int steps(List<Slots.Row> active) {
    long maxSteps = Math.min(MAX_STEPS, CALL_NANOS / Math.max(1, stepNanos));
    for (Slots.Row row : active) {
      Sequence sequence = row.sequence();
      maxSteps = Math.min(maxSteps, sequence.takesSingleSteps() ? 1 : sequence.remaining());
    }
    return (int) Math.max(1, maxSteps);
  }

  /** Moves a row of a sequence from slot {@code from} to slot {@code to}. */
  void move(Sequence sequence, int from, int to) {
    copy(from, to, sequence.cachedLength());
  }

  /** Copies a sequence that has been prefilled, but has no token yet, to another slot. */
  void copyPrompt(Sequence sequence, int from, int to) {
    copy(from, to, sequence.promptLength());
  }

  private void copy(int from, int to, int tokens) {
    long begin = nanoTime.getAsLong();
    network.move(from, to, tokens);
    statistics.add(EngineCounter.CACHE_NANOS, nanoTime.getAsLong() - begin);
  }

  /** Overwrites a slot that contains non-finite numbers. */
  void clear(int slot) {
    long begin = nanoTime.getAsLong();
    network.clear(slot);
    statistics.add(EngineCounter.CACHE_NANOS, nanoTime.getAsLong() - begin);
  }

  /** Reshapes the cache, keeping the first {@code kept} slots. */
  void reshape(CacheShape shape, int kept) {
    long begin = nanoTime.getAsLong();
    network.reshape(shape.slots(), shape.length(), kept);
    statistics.add(EngineCounter.CACHE_NANOS, nanoTime.getAsLong() - begin);
  }

  /**
   * Runs a minimal prefill. If it fails, the device is lost.
   *
   * @param free an unused slot; the cache is recreated if it is the first
   */
  void check(int free) {
    int[] prompt = {network.config().text().bosTokenId()};
    if (free == 0) {
      CacheShape smallest = CacheShape.forLength(1, 1);
      network.reshape(smallest.slots(), smallest.length(), 0);
    }
    StepResult unused = network.prefill(Prompts.of(List.of(prompt)), free, new BannedTokens());
  }

  /** Returns how many images or prompts the network computes in parallel. */
  int sideBySide() {
    return network.sideBySide();
  }

  /**
   * Frees the cached features and prefixes, which are recomputed when needed, and PyTorch's cached
   * memory.
   */
  void giveMemoryBack() {
    prefixes.close();
    features.close();
    network.releaseUnusedMemory();
  }

  /**
   * Estimates the time to encode a newcomer's images, to prefill its prompt and to score its
   * candidates, in nanoseconds.
   */
  long startNanos(Sequence newcomer) {
    PrefixKey prefix = newcomer.prefix();
    boolean known = prefix != null && prefixes.holds(prefix);
    int tokens = newcomer.request().promptIds().length + newcomer.request().candidateTokens();
    long images = unencoded(newcomer.images());
    if (prefix != null && known) {
      tokens -= prefix.ids().length;
    } else if (prefix != null) {
      images += unencoded(prefix.images());
    }
    return startTimes.of(images, tokens);
  }

  private long unencoded(List<PlacedImage> images) {
    return images.stream().filter(image -> !features.holds(image.key())).count();
  }

  @Override
  public void close() {
    prefixes.close();
    features.close();
  }
}
