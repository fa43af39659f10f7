package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.program.Network;
import io.groundstream.kosmos2.program.StepResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sequences that are being generated, one per slot. Before every step, cancelled sequences are
 * removed and sequences from the queue fill the free slots; a finished sequence leaves at once.
 *
 * <p>When a call fails, the batch is split until the failing request is found. If the device ran
 * out of memory, no request is to blame: the call is retried in smaller pieces, and the number of
 * slots is reduced. Interrupted sequences restart before those in the queue.
 *
 * <p>Used by the engine's thread alone.
 */
final class Batch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Batch.class);

  /**
   * Newcomers wait until about 1 / {@value} of the slots are free, for at most {@link #GROUP_STEPS}
   * steps: encoding and prefill are faster for several sequences at once.
   */
  private static final int GROUP_SHARE = 8;

  private static final int GROUP_STEPS = 4;

  /**
   * The maximum time for which encoding and prefill of newcomers may delay active sequences,
   * deadlines, cancellation and shutdown. Even a slow CPU can keep all threads busy within this
   * time.
   */
  private static final long GROUP_NANOS = 2_000_000_000;

  /** Shared prefixes may occupy 1 / {@value} of the memory of the key/value cache. */
  private static final int PREFIX_SHARE = 4;

  private final NetworkCalls network;
  private final Scoring scoring;
  private final RequestQueue queue;
  private final EngineStatistics statistics;

  /** Element {@code i} is the sequence in slot {@code i}. */
  private final List<Sequence> active = new ArrayList<>();

  /** Sequences that are about to get a slot. */
  private final Deque<Sequence> starting = new ArrayDeque<>();

  /** Sequences that lost their slots; they restart before those in the queue. */
  private final Deque<Sequence> returned = new ArrayDeque<>();

  /** Sequences that failed together in a step; each is generated again alone. */
  private final Deque<Sequence> suspects = new ArrayDeque<>();

  /** The maximum number of slots; lowered for some time after the device ran out of memory. */
  private final Limit slotLimit;

  /** The maximum number of prompts per prefill call; lowered likewise. */
  private final Limit prefillLimit;

  /** The number of steps for which newcomers have waited for a larger group. */
  private int stepsWaited;

  /** Whether the active sequence is a suspect that is generated alone. */
  private boolean alone;

  Batch(Network network, RequestQueue queue, int maxBatchSize, EngineStatistics statistics) {
    this(network, queue, maxBatchSize, statistics, new StartTimes(), System::nanoTime);
  }

  /**
   * @param startTimes the measurements so far
   * @param nanoTime the clock that measures calls and raises limits again
   */
  Batch(
      Network network,
      RequestQueue queue,
      int maxBatchSize,
      EngineStatistics statistics,
      StartTimes startTimes,
      LongSupplier nanoTime) {
    // Features of the active sequences, and of as many waiting ones.
    this.network =
        new NetworkCalls(
            network,
            2 * maxBatchSize,
            maxBatchSize * CacheShape.ORDINARY_LENGTH / PREFIX_SHARE,
            statistics,
            startTimes,
            nanoTime);
    this.scoring = new Scoring(this.network, statistics, nanoTime);
    this.queue = queue;
    this.statistics = statistics;
    this.slotLimit = new Limit(maxBatchSize, nanoTime);
    this.prefillLimit = new Limit(maxBatchSize, nanoTime);
  }

  boolean isIdle() {
    return active.isEmpty() && starting.isEmpty() && returned.isEmpty() && suspects.isEmpty();
  }

  /** Returns the number of slots in use. */
  int active() {
    return active.size();
  }

  /** Returns the current maximum number of slots. */
  int slotLimit() {
    return slotLimit.get();
  }

  /**
   * Starts waiting sequences if possible, and generates the next token of every active sequence.
   */
  void step() {
    boolean moreSlots = slotLimit.mayGrow();
    boolean moreInACall = prefillLimit.mayGrow();
    if (moreSlots || moreInACall) {
      LOG.info(
          "Trying {} slots again, with up to {} prompts per call",
          slotLimit.get(),
          prefillLimit.get());
    }
    try {
      dropCancelled();
    } catch (RuntimeException e) {
      suspect(active, e);
    }
    if (active.isEmpty() && !suspects.isEmpty()) {
      alone = true;
      starting.add(suspects.remove());
      startGroup(List.copyOf(starting));
    } else if (!alone && suspects.isEmpty()) {
      // Not before the suspects, which need an empty batch: newcomers might never cease.
      startNewcomers();
    }
    score();
    if (!active.isEmpty()) {
      decode();
    }
    if (active.isEmpty()) {
      alone = false;
    }
  }

  void failAll(RuntimeException reason) {
    for (Collection<Sequence> members : List.of(active, starting, returned, suspects)) {
      for (Sequence sequence : members) {
        if (sequence.answer().completeExceptionally(reason)) {
          statistics.count(EngineCounter.FAILED);
        }
      }
      members.clear();
    }
  }

  @Override
  public void close() {
    network.close();
  }

  // ---- Admission -----------------------------------------------------------------------------

  private void dropCancelled() {
    for (int slot = active.size() - 1; slot >= 0; slot--) {
      Sequence sequence = active.get(slot);
      if (sequence.answer().isDone()) {
        retire(slot);
        ended(sequence);
        statistics.count(EngineCounter.CANCELLED);
      }
    }
    for (Deque<Sequence> others : List.of(returned, suspects)) {
      others.removeIf(
          sequence -> {
            boolean cancelled = sequence.answer().isDone();
            if (cancelled) {
              ended(sequence);
              statistics.count(EngineCounter.CANCELLED);
            }
            return cancelled;
          });
    }
  }

  private void startNewcomers() {
    if (gathers()) {
      return;
    }
    int longest = neededLength(active);
    long nanos = 0;
    while (true) {
      Sequence next = returned.isEmpty() ? queue.next() : returned.getFirst();
      if (next == null) {
        break;
      }
      int needed = Math.max(longest, next.neededLength());
      int occupied = active.size() + starting.size();
      if (occupied >= CacheShape.forLength(needed, slotLimit.get()).slots()) {
        break;
      }
      nanos += network.startNanos(next);
      if (nanos > GROUP_NANOS && starting.size() >= network.sideBySide()) {
        break;
      }
      if (returned.isEmpty() ? queue.take(next) : returned.remove(next)) {
        starting.add(next);
        longest = needed;
      }
    }
    if (starting.isEmpty()) {
      return;
    }
    statistics.set(EngineLevel.QUEUE_DEPTH, queue.size());
    starting.forEach(sequence -> sequence.admitted(statistics));
    PromptGroups.of(starting, prefillLimit.get()).forEach(this::startGroup);
  }

  /** Returns whether newcomers should wait until more slots are free. */
  private boolean gathers() {
    int slots = slotLimit.get();
    int minFree = Math.min(Math.max(network.sideBySide(), slots / GROUP_SHARE), slots / 4);
    boolean gathers =
        slots - active.size() < minFree
            && active.size() < slots
            && stepsWaited < GROUP_STEPS
            && !queue.isEmpty();
    stepsWaited = gathers ? stepsWaited + 1 : 0;
    return gathers;
  }

  /** Prefills sequences of one form into the slots after the active ones. */
  private void startGroup(List<Sequence> group) {
    if (!starting.containsAll(group)) {
      // An earlier group's failure restarted all sequences, including these.
      return;
    }
    int needed = Math.max(neededLength(active), neededLength(starting));
    if (active.size() + group.size() > CacheShape.forLength(needed, slotLimit.get()).slots()) {
      // An earlier group ran out of memory, which lowered the limit.
      putBack(group);
      return;
    }
    if (!reshape(needed)) {
      return;
    }
    int first = active.size();
    StepResult result;
    try {
      result = network.prefill(group, first);
    } catch (RuntimeException e) {
      prefillFailed(group, e);
      return;
    }
    // Every sequence must always be in one of the lists, so that failAll misses none.
    active.addAll(group);
    starting.removeAll(group);
    acceptAll(first, List.of(result));
  }

  // ---- Steps ---------------------------------------------------------------------------------

  private void decode() {
    List<StepResult> results;
    try {
      results = network.decode(active);
    } catch (RuntimeException e) {
      decodeFailed(e);
      return;
    }
    acceptAll(0, results);
  }

  /** Scores the candidates of sequences that were just prefilled, and retires these. */
  private void score() {
    Map<Sequence, Integer> slotOf = new LinkedHashMap<>();
    for (int slot = 0; slot < active.size(); slot++) {
      if (active.get(slot).scores()) {
        slotOf.put(active.get(slot), slot);
      }
    }
    if (slotOf.isEmpty()) {
      return;
    }
    Map<Sequence, RuntimeException> failures = scoring.score(slotOf);
    List<Sequence> failed = new ArrayList<>();
    try {
      for (int slot = active.size() - 1; slot >= 0; slot--) {
        Sequence sequence = active.get(slot);
        if (!sequence.scores()) {
          continue;
        }
        retire(slot);
        if (failures.containsKey(sequence)) {
          starting.add(sequence);
          failed.add(sequence);
        } else {
          finishScoring(sequence);
        }
      }
    } catch (RuntimeException e) {
      // Moving a sequence failed, so the state of the cache is unknown.
      suspect(active, e);
    }
    for (Sequence sequence : failed) {
      RuntimeException e = Objects.requireNonNull(failures.get(sequence));
      retryOnceOrBlame(sequence, e, Failures.isOutOfMemory(e));
    }
  }

  private void finishScoring(Sequence sequence) {
    if (sequence.answer().isDone() || sequence.hasFiniteScores()) {
      finish(sequence);
    } else {
      fail(
          sequence,
          new GroundingException(
              GroundingErrorCode.LOGITS_NOT_FINITE,
              "The model's logits are not finite (expected: finite numbers)"));
    }
  }

  private void acceptAll(int first, List<StepResult> results) {
    try {
      results.forEach(result -> accept(first, result));
    } catch (RuntimeException e) {
      if (alone && active.size() == 1) {
        blame(active.get(0), e);
      } else {
        // Moving a sequence failed, so the state of the cache is unknown.
        suspect(active, e);
      }
    }
  }

  /**
   * Appends the tokens chosen for the slots from {@code first} on, and retires finished sequences.
   */
  private void accept(int first, StepResult result) {
    for (int row = result.tokens().length - 1; row >= 0; row--) {
      int slot = first + row;
      Sequence sequence = active.get(slot);
      float probability = result.probabilities()[row];
      if (!Float.isFinite(probability)) {
        network.clear(slot);
        retire(slot);
        fail(
            sequence,
            new GroundingException(
                GroundingErrorCode.LOGITS_NOT_FINITE,
                "The model's logits are not finite (expected: finite numbers)"));
        continue;
      }
      sequence.append(result.tokens()[row], probability);
      if (sequence.finished()) {
        retire(slot);
        finish(sequence);
      }
    }
  }

  /** Frees a slot by moving the last active sequence into it. Higher rows are processed already. */
  private void retire(int slot) {
    int lastSlot = active.size() - 1;
    if (slot < lastSlot) {
      Sequence last = active.get(lastSlot);
      network.move(last, lastSlot, slot);
      active.set(slot, last);
    }
    active.remove(lastSlot);
  }

  private void finish(Sequence sequence) {
    ended(sequence);
    if (sequence.answer().isDone()) {
      statistics.count(EngineCounter.CANCELLED);
      return;
    }
    Generation generation = sequence.generation();
    // Counted before the answer is completed, since its consumer may read the statistics.
    statistics.count(EngineCounter.ANSWERED);
    statistics.add(EngineCounter.NEW_TOKENS, generation.tokens().length);
    statistics.record(EngineTimer.REQUEST, sequence.nanosSinceSubmit());
    sequence.answer().complete(generation);
  }

  private void fail(Sequence sequence, Exception reason) {
    ended(sequence);
    if (sequence.answer().isDone()) {
      statistics.count(EngineCounter.CANCELLED);
      return;
    }
    statistics.count(EngineCounter.FAILED);
    sequence.answer().completeExceptionally(reason);
  }

  private void ended(Sequence sequence) {
    queue.ended(sequence, sequence.length());
  }

  // ---- Failures ------------------------------------------------------------------------------

  /**
   * Reshapes the cache for sequences of up to {@code needed} tokens. If memory is too small for it,
   * all sequences restart with fewer slots.
   *
   * @return false if no sequence can be started in this step
   */
  private boolean reshape(int needed) {
    CacheShape shape = CacheShape.forLength(needed, slotLimit.get());
    if (active.size() > shape.slots()) {
      putBack(active.subList(shape.slots(), active.size()));
    }
    try {
      network.reshape(shape, active.size());
      return true;
    } catch (RuntimeException e) {
      // The cache has lost its contents.
      List<Sequence> members = new ArrayList<>(active);
      members.addAll(starting);
      boolean outOfMemory = Failures.isOutOfMemory(e);
      if (members.size() == 1 && (shape.slots() == 1 || (alone && !outOfMemory))) {
        // The batch cannot be split any further.
        // The cache is no request's fault, but the request must not come back without end.
        retryOnceOrBlame(members.get(0), e, true);
      } else if (outOfMemory) {
        lowerSlots(shape.slots() / 2, e);
        putBack(members);
      } else {
        suspect(members, e);
      }
      return false;
    }
  }

  private void prefillFailed(List<Sequence> group, RuntimeException e) {
    boolean outOfMemory = Failures.isOutOfMemory(e);
    if (outOfMemory) {
      network.giveMemoryBack();
    }
    int size = group.size();
    if (size > 1) {
      LOG.warn("Prefill of {} prompts failed; it is retried in two halves", size, e);
      if (outOfMemory) {
        prefillLimit.lower((size + 1) / 2);
        statistics.count(EngineCounter.SPLITS);
      }
      statistics.add(EngineCounter.RETRIES, size);
      startGroup(group.subList(0, size / 2));
      startGroup(group.subList(size / 2, size));
    } else if (outOfMemory && !active.isEmpty()) {
      lowerSlots(active.size(), e);
      starting.removeAll(group);
      putBack(group);
    } else {
      retryOnceOrBlame(group.get(0), e, outOfMemory);
    }
  }

  /**
   * Handles a failed step, which can be retried because it writes the same values to the same
   * places.
   */
  private void decodeFailed(RuntimeException e) {
    List<Sequence> members = List.copyOf(active);
    if (members.size() == 1 && (alone || Failures.isOutOfMemory(e))) {
      retryOnceOrBlame(members.get(0), e, Failures.isOutOfMemory(e));
    } else if (Failures.isOutOfMemory(e)) {
      network.giveMemoryBack();
      lowerSlots(members.size() / 2, e);
      List<Sequence> later = members.subList(slotLimit.get(), members.size());
      active.removeAll(later);
      putBack(later);
      boolean unused = reshape(neededLength(active));
    } else {
      suspect(members, e);
    }
  }

  private void lowerSlots(int slots, RuntimeException e) {
    slotLimit.lower(slots);
    LOG.warn(
        "The device ran out of memory; slots are limited to {} now, and more are tried again in {}."
            + " To start with fewer, set model.max-batch-size or model.memory.",
        slotLimit.get(),
        slotLimit.growsAfter(),
        e);
    statistics.count(EngineCounter.SPLITS);
  }

  private void putBack(List<Sequence> members) {
    statistics.add(EngineCounter.RETRIES, members.size());
    List<Sequence> copy = List.copyOf(members);
    active.removeAll(copy);
    starting.removeAll(copy);
    copy.forEach(Sequence::restart);
    returned.addAll(copy);
  }

  private void suspect(List<Sequence> failed, RuntimeException e) {
    List<Sequence> members = List.copyOf(failed);
    LOG.warn("A batch failed; its {} sequences are generated again, each alone", members.size(), e);
    statistics.add(EngineCounter.RETRIES, members.size());
    active.removeAll(members);
    starting.removeAll(members);
    members.forEach(Sequence::restart);
    suspects.addAll(members);
  }

  /**
   * Handles the failure of a single request. If the request is probably not to blame, such as for a
   * lack of memory that another user of the device may have had for a moment, frees all memory
   * possible and retries it, the first time.
   */
  private void retryOnceOrBlame(Sequence sequence, RuntimeException e, boolean probablyInnocent) {
    if (probablyInnocent && sequence.takeSecondChance()) {
      LOG.warn("A call for a single request failed; the request is retried once", e);
      network.giveMemoryBack();
      putBack(List.of(sequence));
    } else {
      blame(sequence, e);
    }
  }

  /** Fails a request on which the model failed alone. */
  private void blame(Sequence sequence, RuntimeException e) {
    // failAll finds it here if the model turns out to have failed.
    active.remove(sequence);
    starting.remove(sequence);
    starting.addFirst(sequence);
    checkModel(e);
    starting.remove(sequence);
    fail(
        sequence,
        new GroundingException(
            Failures.isOutOfMemory(e)
                ? GroundingErrorCode.OUT_OF_MEMORY
                : GroundingErrorCode.INFERENCE_FAILED,
            "The model failed on this request: " + Failures.reason(e),
            e));
  }

  /**
   * Runs a minimal prefill, which always succeeds on a working device. If it fails, the device is
   * lost: every request would fail through no fault of its own, so the engine has to end.
   */
  private void checkModel(RuntimeException failure) {
    try {
      // In the slot that was meant for the failed sequence.
      network.check(active.size());
    } catch (RuntimeException e) {
      e.addSuppressed(failure);
      throw e;
    }
  }

  private static int neededLength(Collection<Sequence> sequences) {
    return sequences.stream().mapToInt(Sequence::neededLength).max().orElse(0);
  }
}
