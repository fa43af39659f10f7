package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.program.Network;
import io.groundstream.kosmos2.program.PromptPrefix;
import io.groundstream.kosmos2.program.StepResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
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

  private final Slots active;

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
    this(network, queue, maxBatchSize, statistics, new StartTimes(), System::nanoTime, () -> false);
  }

  /**
   * @param startTimes the measurements so far
   * @param nanoTime the clock that measures calls and raises limits again
   * @param stopped whether the engine is to end, so that a step must end soon
   */
  Batch(
      Network network,
      RequestQueue queue,
      int maxBatchSize,
      EngineStatistics statistics,
      StartTimes startTimes,
      LongSupplier nanoTime,
      BooleanSupplier stopped) {
    // Features of the active sequences, and of as many waiting ones.
    this.network =
        new NetworkCalls(
            network,
            2 * maxBatchSize,
            maxBatchSize * CacheShape.ORDINARY_LENGTH / PREFIX_SHARE,
            statistics,
            startTimes,
            nanoTime);
    this.scoring = new Scoring(this.network, statistics, nanoTime, stopped);
    this.active = new Slots(this.network);
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
      suspect(active.sequences(), e);
    }
    if (active.isEmpty() && !suspects.isEmpty()) {
      alone = true;
      starting.add(suspects.remove());
      startGroup(List.copyOf(starting));
    } else if (!alone && suspects.isEmpty()) {
      // Not before the suspects, which need an empty batch: newcomers might never cease.
      startNewcomers();
    }
    boolean allScored = score();
    if (allScored && !active.isEmpty()) {
      decode();
    }
    if (active.isEmpty()) {
      alone = false;
    }
  }

  void failAll(RuntimeException reason) {
    List<Sequence> members = new ArrayList<>(active.sequences());
    for (Deque<Sequence> others : List.of(starting, returned, suspects)) {
      members.addAll(others);
      others.clear();
    }
    active.forget(members);
    for (Sequence sequence : members) {
      if (sequence.answer().completeExceptionally(reason)) {
        statistics.count(EngineCounter.FAILED);
      }
    }
  }

  @Override
  public void close() {
    network.close();
  }

  // ---- Admission -----------------------------------------------------------------------------

  private void dropCancelled() {
    // Asked once for each sequence, which its caller may cancel at any time.
    List<Sequence> gone =
        active.sequences().stream().filter(sequence -> sequence.answer().isDone()).toList();
    try {
      active.retire(gone, List.of());
    } finally {
      active.forget(gone);
      for (Sequence sequence : gone) {
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
    int longest = neededLength(active.sequences());
    int occupied = active.size();
    long nanos = 0;
    while (true) {
      Sequence next = returned.isEmpty() ? queue.next() : returned.getFirst();
      if (next == null) {
        break;
      }
      int needed = Math.max(longest, next.neededLength());
      int slots = CacheShape.forLength(needed, slotLimit.get()).slots();
      if (occupied + next.rows() > slots) {
        if (occupied == 0) {
          tooManyBeams(next, slots);
          continue;
        }
        break;
      }
      nanos += network.startNanos(next);
      // Prompts are computed in parallel, but scores of several sequences are not.
      int least = next.scores() ? 1 : network.sideBySide();
      if (nanos > GROUP_NANOS && starting.size() >= least) {
        break;
      }
      if (returned.isEmpty() ? queue.take(next) : returned.remove(next)) {
        starting.add(next);
        occupied += next.rows();
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

  /**
   * Fails a request that needs more slots than there are, though none is in use: the device has run
   * out of memory since it was accepted.
   */
  private void tooManyBeams(Sequence sequence, int slots) {
    if (returned.isEmpty() ? queue.take(sequence) : returned.remove(sequence)) {
      fail(
          sequence,
          new GroundingException(
              GroundingErrorCode.OUT_OF_MEMORY,
              "beams: %d (expected: <= %d, for which the device has memory at present)"
                  .formatted(sequence.rows(), slots)));
    }
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
    int needed = Math.max(neededLength(active.sequences()), neededLength(starting));
    int rows = group.stream().mapToInt(Sequence::rows).sum();
    if (active.size() + rows > CacheShape.forLength(needed, slotLimit.get()).slots()) {
      // An earlier group ran out of memory, which lowered the limit.
      putBack(group);
      return;
    }
    if (!reshape(needed)) {
      return;
    }
    PromptPrefix prefix;
    try {
      prefix = network.prefix(group);
    } catch (RuntimeException e) {
      prefixFailed(group, e);
      return;
    }
    int first = active.size();
    StepResult result;
    try {
      result = network.prefill(group, prefix, first);
    } catch (RuntimeException e) {
      prefillFailed(group, e);
      return;
    }
    // Every sequence must always be in one of the lists, so that failAll misses none.
    active.add(group);
    starting.removeAll(group);
    try {
      active.spread(group, first);
      accept(group.stream().map(sequence -> new Slots.Row(sequence, 0)).toList(), result);
    } catch (RuntimeException e) {
      cacheFailed(e);
    }
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
    try {
      for (StepResult result : results) {
        accept(List.copyOf(active.rows()), result);
      }
    } catch (RuntimeException e) {
      cacheFailed(e);
    }
  }

  /**
   * Scores the candidates of sequences that were just prefilled, and retires these.
   *
   * @return false if the engine was to end before all were scored. The others keep their slots,
   *     where failAll finds them.
   */
  private boolean score() {
    Map<Sequence, Integer> slotOf = new LinkedHashMap<>();
    for (int slot = 0; slot < active.size(); slot++) {
      Sequence sequence = active.rows().get(slot).sequence();
      if (sequence.scores()) {
        slotOf.put(sequence, slot);
      }
    }
    if (slotOf.isEmpty()) {
      return true;
    }
    Map<Sequence, RuntimeException> failures = scoring.score(slotOf);
    boolean unscored =
        slotOf
            .keySet()
            .removeIf(
                sequence ->
                    !sequence.hasAllScores()
                        && !sequence.answer().isDone()
                        && !failures.containsKey(sequence));
    try {
      active.retire(slotOf.keySet(), List.of());
    } catch (RuntimeException e) {
      // Their outcome stands, even if the cache is lost to the others.
      active.forget(slotOf.keySet());
      cacheFailed(e);
    }
    for (Sequence sequence : slotOf.keySet()) {
      if (failures.containsKey(sequence)) {
        starting.add(sequence);
      } else {
        finishScoring(sequence);
      }
    }
    failures.forEach((sequence, e) -> retryOnceOrBlame(sequence, e, Failures.isOutOfMemory(e)));
    return !unscored;
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

  /** Handles a failure to move or clear a slot, after which the state of the cache is unknown. */
  private void cacheFailed(RuntimeException e) {
    List<Sequence> members = active.sequences();
    if (alone && members.size() == 1) {
      blame(members.get(0), e);
    } else {
      suspect(members, e);
    }
  }

  /** Gives sequences the tokens of a step, and retires those that have ended. */
  private void accept(List<Slots.Row> rows, StepResult result) {
    Acceptance acceptance = Acceptance.of(rows, result);
    acceptance.corrupt().forEach(network::forgetPrefix);
    List<Sequence> leaving = new ArrayList<>(acceptance.finished());
    leaving.addAll(acceptance.failed().keySet());
    try {
      active.retire(leaving, acceptance.corrupt());
    } catch (RuntimeException e) {
      // The outcome of the others stands, even if the cache is lost; but a slot that could not be
      // overwritten is a suspect's, which is generated again.
      List<Sequence> unclean =
          active.sequences().stream().filter(acceptance.corrupt()::contains).toList();
      leaving.removeAll(unclean);
      acceptance.failed().keySet().removeAll(unclean);
      throw e;
    } finally {
      active.forget(leaving);
      acceptance.finished().forEach(this::finish);
      acceptance.failed().forEach(this::fail);
    }
  }

  private void finish(Sequence sequence) {
    ended(sequence);
    if (sequence.answer().isDone()) {
      statistics.count(EngineCounter.CANCELLED);
      return;
    }
    Generation generation;
    try {
      generation = sequence.generation();
    } catch (RuntimeException e) {
      // Whatever is wrong with one answer, the others of the step must get theirs.
      statistics.count(EngineCounter.FAILED);
      sequence
          .answer()
          .completeExceptionally(
              new GroundingException(
                  GroundingErrorCode.INFERENCE_FAILED,
                  "The answer could not be assembled: " + Failures.reason(e),
                  e));
      return;
    }
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
    queue.ended(sequence, sequence.usedTokens());
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
    if (!shrink(shape.slots())) {
      return false;
    }
    try {
      network.reshape(shape, active.size());
      return true;
    } catch (RuntimeException e) {
      // The cache has lost its contents.
      List<Sequence> members = new ArrayList<>(active.sequences());
      members.addAll(starting);
      boolean outOfMemory = Failures.isOutOfMemory(e);
      if (members.size() == 1
          && (shape.slots() == members.get(0).rows() || (alone && !outOfMemory))) {
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

  /**
   * Restarts sequences until the others need at most {@code slots} slots.
   *
   * @return false if that failed, and no sequence is active any more
   */
  private boolean shrink(int slots) {
    List<Sequence> later = active.sequencesFrom(slots);
    try {
      active.retire(later, List.of());
      putBack(later);
      return true;
    } catch (RuntimeException e) {
      putBack(later);
      cacheFailed(e);
      return false;
    }
  }

  /**
   * Handles a failure to read what the prompts of a group begin with. It would fail for fewer of
   * them as well, and says nothing about other requests, so neither the group is split nor a limit
   * lowered.
   */
  private void prefixFailed(List<Sequence> group, RuntimeException e) {
    List<Sequence> again = List.of();
    if (Failures.isOutOfMemory(e)) {
      network.giveMemoryBack();
      again = group.stream().filter(Sequence::takeSecondChance).toList();
    }
    LOG.warn(
        "The prefix of {} prompts could not be read; {} of them are retried once",
        group.size(),
        again.size(),
        e);
    List<Sequence> failed = new ArrayList<>(group);
    failed.removeAll(again);
    putBack(again);
    if (failed.isEmpty()) {
      return;
    }
    // If the model turns out to have failed, failAll finds them among those that are starting.
    checkModel(e);
    starting.removeAll(failed);
    failed.forEach(sequence -> failBecauseOf(e, sequence));
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
    List<Sequence> members = active.sequences();
    if (members.size() == 1 && (alone || Failures.isOutOfMemory(e))) {
      retryOnceOrBlame(members.get(0), e, Failures.isOutOfMemory(e));
    } else if (Failures.isOutOfMemory(e)) {
      network.giveMemoryBack();
      lowerSlots(active.size() / 2, e);
      if (shrink(slotLimit.get())) {
        boolean unused = reshape(neededLength(active.sequences()));
      }
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
    active.forget(copy);
    starting.removeAll(copy);
    copy.forEach(Sequence::restart);
    returned.addAll(copy);
  }

  private void suspect(List<Sequence> failed, RuntimeException e) {
    List<Sequence> members = List.copyOf(failed);
    LOG.warn("A batch failed; its {} sequences are generated again, each alone", members.size(), e);
    statistics.add(EngineCounter.RETRIES, members.size());
    active.forget(members);
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
    active.forget(List.of(sequence));
    starting.remove(sequence);
    starting.addFirst(sequence);
    checkModel(e);
    starting.remove(sequence);
    failBecauseOf(e, sequence);
  }

  private void failBecauseOf(RuntimeException e, Sequence sequence) {
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
