package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.GroundingErrorCode;
import io.groundstream.kosmos2.GroundingException;
import io.groundstream.kosmos2.program.Network;
import io.groundstream.kosmos2.program.StepResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sequences that are being generated, one a slot. Before every step those whose answers nobody
 * wants any more leave and others from the queue take their places; a sequence that is finished
 * leaves at once.
 *
 * <p>When a call fails, the batch is taken apart until it is clear who is to blame. Where the
 * device's memory did not suffice, nobody is: the same is tried in smaller pieces, and from then on
 * there are fewer slots. What was under way begins again, before those who wait.
 *
 * <p>Used by the engine's thread alone.
 */
final class Batch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Batch.class);

  /**
   * Newcomers wait until a share of the slots is free, though not for more than some steps: the
   * encoder and the reading of prompts are faster for several at once.
   */
  private static final int GROUP_SHARE = 8;

  private static final int GROUP_STEPS = 4;

  /**
   * How long encoding and reading newcomers may hold up the answers under way, deadlines,
   * cancellation and the engine's end. Even a slow CPU fills its threads in this time.
   */
  private static final long GROUP_NANOS = 2_000_000_000;

  private final NetworkCalls network;
  private final RequestQueue queue;
  private final EngineStatistics statistics;

  /** The sequence in slot {@code i} is the element {@code i}. */
  private final List<Sequence> active = new ArrayList<>();

  /** Those that are about to get a slot. */
  private final Deque<Sequence> starting = new ArrayDeque<>();

  /** Those that lost their slots and begin again, before those who wait in the queue. */
  private final Deque<Sequence> returned = new ArrayDeque<>();

  /** Those that failed beside others in a step; each is generated again by itself. */
  private final Deque<Sequence> suspects = new ArrayDeque<>();

  /** The most slots; fewer for some time after the device ran out of memory. */
  private final Limit slotLimit;

  /** The most prompts that are read in one call; fewer for some time after that, too. */
  private final Limit prefillLimit;

  /** For how many steps newcomers have waited for a larger group. */
  private int stepsWaited;

  /** Whether what is generated is a suspect, by itself. */
  private boolean alone;

  Batch(Network network, RequestQueue queue, int maxBatchSize, EngineStatistics statistics) {
    this(network, queue, maxBatchSize, statistics, new StartTimes(), System::nanoTime);
  }

  /**
   * @param startTimes what is known of them already
   * @param nanoTime the time by which calls are measured and limits grow again
   */
  Batch(
      Network network,
      RequestQueue queue,
      int maxBatchSize,
      EngineStatistics statistics,
      StartTimes startTimes,
      LongSupplier nanoTime) {
    // Features of those that are generated, and of as many again that wait.
    this.network = new NetworkCalls(network, 2 * maxBatchSize, statistics, startTimes, nanoTime);
    this.queue = queue;
    this.statistics = statistics;
    this.slotLimit = new Limit(maxBatchSize, nanoTime);
    this.prefillLimit = new Limit(maxBatchSize, nanoTime);
  }

  boolean isIdle() {
    return active.isEmpty() && starting.isEmpty() && returned.isEmpty() && suspects.isEmpty();
  }

  /** Returns how many slots are in use. */
  int active() {
    return active.size();
  }

  /** Returns how many slots there may be. */
  int slotLimit() {
    return slotLimit.get();
  }

  /** Starts what can be started, and gives every active sequence its next token. */
  void step() {
    boolean moreSlots = slotLimit.mayGrow();
    boolean moreInACall = prefillLimit.mayGrow();
    if (moreSlots || moreInACall) {
      LOG.info(
          "Trying {} slots again, and up to {} prompts in a call",
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
      // Not before the suspects, which wait for an empty batch: there might always be newcomers.
      startNewcomers();
    }
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

  /** Whether newcomers had better wait for more slots to become free. */
  private boolean gathers() {
    int slots = slotLimit.get();
    int least = Math.min(Math.max(network.sideBySide(), slots / GROUP_SHARE), slots / 4);
    boolean gathers =
        slots - active.size() < least
            && active.size() < slots
            && stepsWaited < GROUP_STEPS
            && !queue.isEmpty();
    stepsWaited = gathers ? stepsWaited + 1 : 0;
    return gathers;
  }

  /** Prefills sequences of one form behind the active ones. */
  private void startGroup(List<Sequence> group) {
    if (!starting.containsAll(group)) {
      // An earlier group has upset everything; they begin again with the others.
      return;
    }
    int needed = Math.max(neededLength(active), neededLength(starting));
    if (active.size() + group.size() > CacheShape.forLength(needed, slotLimit.get()).slots()) {
      // An earlier group has found that there is less memory.
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
    // At any time every sequence is in one of the lists, lest one is forgotten when all fail.
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

  private void acceptAll(int first, List<StepResult> results) {
    try {
      results.forEach(result -> accept(first, result));
    } catch (RuntimeException e) {
      // Moving a sequence failed. What has become of the cache is unknown.
      suspect(active, e);
    }
  }

  /** Takes the tokens chosen for the slots from {@code first} on, and lets finished ones go. */
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

  /** Frees a slot by moving the last active sequence into it. Rows above it are settled already. */
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
    // Before whoever waits for the answer goes on, and may look at the figures.
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
   * Gives the cache the shape for sequences of up to so many tokens. Where its memory does not
   * suffice, everything begins again with fewer slots.
   *
   * @return false if nothing can be started in this step
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
      // The cache holds nothing any more.
      List<Sequence> members = new ArrayList<>(active);
      members.addAll(starting);
      boolean outOfMemory = Failures.isOutOfMemory(e);
      if (members.size() == 1 && (shape.slots() == 1 || (alone && !outOfMemory))) {
        // Nothing is left to be taken apart.
        blameUnlessMemoryReturns(members.get(0), e);
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
      LOG.warn("Reading {} prompts failed; they are read in two parts", size, e);
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
      blameUnlessMemoryReturns(group.get(0), e);
    }
  }

  /** A step that failed may be taken again: it writes the same to the same places. */
  private void decodeFailed(RuntimeException e) {
    List<Sequence> members = List.copyOf(active);
    if (members.size() == 1 && (alone || Failures.isOutOfMemory(e))) {
      blameUnlessMemoryReturns(members.get(0), e);
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
        "The device ran out of memory; there are {} slots now, and more are tried again in {}. To"
            + " start with fewer, set model.max-batch-size or model.memory.",
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
    LOG.warn("A batch failed; {} of it are generated again, each by itself", members.size(), e);
    statistics.add(EngineCounter.RETRIES, members.size());
    active.removeAll(members);
    starting.removeAll(members);
    members.forEach(Sequence::restart);
    suspects.addAll(members);
  }

  /**
   * Where memory did not suffice for a single request, tries it once more with all the memory that
   * can be had: another user of the device may have taken it for a moment.
   */
  private void blameUnlessMemoryReturns(Sequence sequence, RuntimeException e) {
    if (Failures.isOutOfMemory(e) && sequence.takeSecondChance()) {
      LOG.warn("The device ran out of memory for a single request; it is tried once more", e);
      network.giveMemoryBack();
      putBack(List.of(sequence));
    } else {
      blame(sequence, e);
    }
  }

  /** The model failed on this request alone. */
  private void blame(Sequence sequence, RuntimeException e) {
    // Where it is found if the model turns out to be to blame.
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
   * Asks the model for something that it can always do. If it cannot, then the device is lost: it
   * would fail every request, none of them is to blame, and so the engine has to end.
   */
  private void checkModel(RuntimeException failure) {
    try {
      // In the slot that was meant for the one that failed.
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
