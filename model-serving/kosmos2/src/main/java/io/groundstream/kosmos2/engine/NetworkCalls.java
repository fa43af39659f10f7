package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.program.BannedTokens;
import io.groundstream.kosmos2.program.ImageFeatures;
import io.groundstream.kosmos2.program.Network;
import io.groundstream.kosmos2.program.StepResult;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Asks the network on behalf of sequences, and keeps account of the time it takes. Used by the
 * engine's thread alone.
 */
final class NetworkCalls implements AutoCloseable {
  /** How long newcomers and those who cancel may wait for a call of several steps to end. */
  private static final long CALL_NANOS = 8_000_000;

  private static final int MOST_STEPS = 16;

  private final Network network;
  private final EngineStatistics statistics;
  private final StartTimes startTimes;
  private final LongSupplier nanoTime;
  private final FeatureCache features;

  /** How long the last decode step took. */
  private long stepNanos = CALL_NANOS;

  /**
   * @param images the most images whose features are kept
   * @param nanoTime the time by which calls are measured
   */
  NetworkCalls(
      Network network,
      int images,
      EngineStatistics statistics,
      StartTimes startTimes,
      LongSupplier nanoTime) {
    this.network = network;
    this.statistics = statistics;
    this.startTimes = startTimes;
    this.nanoTime = nanoTime;
    this.features = new FeatureCache(network, images, statistics, startTimes, nanoTime);
  }

  /** Reads prompts of one form into the slots from {@code first} on. */
  StepResult prefill(List<Sequence> group, int first) {
    List<int[]> prompts = new ArrayList<>();
    BannedTokens banned = new BannedTokens();
    Map<ImageKey, Integer> rowOfImage = new LinkedHashMap<>();
    int[] featureRows = new int[group.get(0).image() == null ? 0 : group.size()];
    for (int row = 0; row < group.size(); row++) {
      Sequence sequence = group.get(row);
      prompts.add(sequence.request().promptIds());
      sequence.banRepeats(row, banned);
      ImageKey image = sequence.image();
      if (image != null) {
        Integer known = rowOfImage.putIfAbsent(image, rowOfImage.size());
        featureRows[row] = known == null ? rowOfImage.size() - 1 : known;
      }
    }
    int shared = featureRows.length - rowOfImage.size();
    if (shared > 0) {
      statistics.add(EngineCounter.REUSED_ENCODINGS, shared);
    }
    int imageAt = group.get(0).request().imageAt();
    try (ImageFeatures images =
        rowOfImage.isEmpty() ? null : features.featuresOf(List.copyOf(rowOfImage.keySet()))) {
      long begin = nanoTime.getAsLong();
      StepResult result = network.prefill(images, featureRows, imageAt, prompts, first, banned);
      long took = nanoTime.getAsLong() - begin;
      int tokens = prompts.stream().mapToInt(prompt -> prompt.length).sum();
      statistics.add(EngineCounter.PREFILLED_TOKENS, tokens);
      statistics.add(EngineCounter.PREFILL_NANOS, took);
      statistics.record(EngineTimer.PREFILL_CALL, took);
      startTimes.prefilled(tokens, took);
      return result;
    }
  }

  /**
   * Gives the sequences, which are in the first slots, one or several tokens each; all but the last
   * step's leave every sequence unfinished.
   */
  List<StepResult> decode(List<Sequence> active) {
    int rows = active.size();
    int[] tokens = new int[rows];
    int[] lengths = new int[rows];
    int[] ends = new int[rows];
    BannedTokens banned = new BannedTokens();
    for (int row = 0; row < rows; row++) {
      Sequence sequence = active.get(row);
      tokens[row] = sequence.lastToken();
      lengths[row] = sequence.cachedLength();
      ends[row] = sequence.endToken();
      sequence.banRepeats(row, banned);
    }
    int most = steps(active);
    long begin = nanoTime.getAsLong();
    List<StepResult> results = network.decode(tokens, lengths, ends, most, banned);
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
   * Returns how many steps the network may take before it comes back, unless a sequence ends in one
   * of them: more than one where they take less time than it takes to ask for each.
   */
  private int steps(List<Sequence> active) {
    long most = Math.min(MOST_STEPS, CALL_NANOS / Math.max(1, stepNanos));
    for (Sequence sequence : active) {
      most = Math.min(most, sequence.bansRepeats() ? 1 : sequence.remaining());
    }
    return (int) Math.max(1, most);
  }

  /** Moves a sequence from the slot {@code from} to the slot {@code to}. */
  void move(Sequence sequence, int from, int to) {
    long begin = nanoTime.getAsLong();
    network.move(from, to, sequence.cachedLength());
    statistics.add(EngineCounter.CACHE_NANOS, nanoTime.getAsLong() - begin);
  }

  /** Overwrites a slot whose numbers are not finite. */
  void clear(int slot) {
    long begin = nanoTime.getAsLong();
    network.clear(slot);
    statistics.add(EngineCounter.CACHE_NANOS, nanoTime.getAsLong() - begin);
  }

  /** Gives the cache a shape, keeping the first {@code kept} slots. */
  void reshape(CacheShape shape, int kept) {
    long begin = nanoTime.getAsLong();
    network.reshape(shape.slots(), shape.length(), kept);
    statistics.add(EngineCounter.CACHE_NANOS, nanoTime.getAsLong() - begin);
  }

  /**
   * Asks for something that the network can always do. If it cannot, the device is lost.
   *
   * @param free a slot that nobody is in; the cache is made anew if it is the first
   */
  void check(int free) {
    int[] prompt = {network.config().text().bosTokenId()};
    if (free == 0) {
      CacheShape smallest = CacheShape.forLength(1, 1);
      network.reshape(smallest.slots(), smallest.length(), 0);
    }
    StepResult unused =
        network.prefill(null, new int[0], 0, List.of(prompt), free, new BannedTokens());
  }

  /** How many images or prompts the network computes side by side. */
  int sideBySide() {
    return network.sideBySide();
  }

  /**
   * Gives back the memory of the images' features, which are encoded anew when needed, and what
   * PyTorch keeps.
   */
  void giveMemoryBack() {
    features.close();
    network.releaseUnusedMemory();
  }

  /**
   * Returns about how many nanoseconds it takes to encode a newcomer's image and to read its
   * prompt.
   */
  long startNanos(Sequence newcomer) {
    ImageKey image = newcomer.image();
    return startTimes.of(newcomer, image != null && !features.holds(image));
  }

  @Override
  public void close() {
    features.close();
  }
}
