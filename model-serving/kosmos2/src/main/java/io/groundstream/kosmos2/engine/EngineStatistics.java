package io.groundstream.kosmos2.engine;

import io.groundstream.kosmos2.timing.DurationHistogram;
import java.util.concurrent.atomic.LongAdder;

/**
 * Sums up what an engine has done since its start. Every engine keeps one, so that whoever wants to
 * know only needs to look; two snapshots tell what happened between them. Thread-safe.
 */
public final class EngineStatistics implements EngineListener {
  private final long start = System.nanoTime();
  private final LongAdder admitted = new LongAdder();
  private final LongAdder expired = new LongAdder();
  private final LongAdder answered = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder cancelled = new LongAdder();
  private final LongAdder newTokens = new LongAdder();
  private final LongAdder encodedPictures = new LongAdder();
  private final LongAdder reusedEncodings = new LongAdder();
  private final LongAdder prefilledSequences = new LongAdder();
  private final LongAdder prefilledTokens = new LongAdder();
  private final LongAdder decodeSteps = new LongAdder();
  private final LongAdder decodeCalls = new LongAdder();
  private final LongAdder decodedRows = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder splits = new LongAdder();
  private final LongAdder waitNanos = new LongAdder();
  private final LongAdder encodeNanos = new LongAdder();
  private final LongAdder prefillNanos = new LongAdder();
  private final LongAdder decodeNanos = new LongAdder();
  private final LongAdder cacheNanos = new LongAdder();
  private final LongAdder idleNanos = new LongAdder();
  private final DurationHistogram waits = new DurationHistogram();
  private final DurationHistogram encodeCalls = new DurationHistogram();
  private final DurationHistogram prefillCalls = new DurationHistogram();
  private final DurationHistogram decodeStepTimes = new DurationHistogram();
  private final DurationHistogram requests = new DurationHistogram();
  private volatile int queueDepth;
  private volatile int slotsInUse;
  private volatile int slots;
  private volatile long deviceMemoryBytes;

  EngineStatistics() {}

  /**
   * The sums at one moment. Every call into the model is counted when it has returned.
   *
   * @param elapsedNanos since the engine was made
   * @param admitted requests that were given a slot
   * @param expired requests whose deadline passed while they waited
   * @param answered requests that were answered
   * @param failed requests that failed, the expired ones not among them
   * @param cancelled requests that were cancelled
   * @param newTokens tokens of the answers
   * @param encodedPictures pictures that were encoded
   * @param reusedEncodings pictures whose features were there already
   * @param prefilledSequences prompts that were read
   * @param prefilledTokens their tokens
   * @param decodeCalls calls that generated one or several tokens a sequence
   * @param decodeSteps steps of these calls
   * @param decodedRows sequences, summed over steps
   * @param retries sequences that were generated again from their beginning
   * @param splits how often the device's memory did not suffice
   * @param waitNanos time in the queue, summed over admitted requests
   * @param encodeNanos time in the vision encoder
   * @param prefillNanos time in prefill
   * @param decodeNanos time in decode steps
   * @param cacheNanos time of moving and reshaping the key/value cache
   * @param idleNanos time without anything to do
   * @param queueDepth requests that wait
   * @param slotsInUse slots in use
   * @param slots slots that there are
   * @param deviceMemoryBytes about what weights and key/value cache take; 0 if unknown
   */
  public record Snapshot(
      long elapsedNanos,
      long admitted,
      long expired,
      long answered,
      long failed,
      long cancelled,
      long newTokens,
      long encodedPictures,
      long reusedEncodings,
      long prefilledSequences,
      long prefilledTokens,
      long decodeCalls,
      long decodeSteps,
      long decodedRows,
      long retries,
      long splits,
      long waitNanos,
      long encodeNanos,
      long prefillNanos,
      long decodeNanos,
      long cacheNanos,
      long idleNanos,
      int queueDepth,
      int slotsInUse,
      int slots,
      long deviceMemoryBytes) {

    /** Returns what was added since an earlier snapshot; levels, such as the depth, are ours. */
    public Snapshot since(Snapshot earlier) {
      return new Snapshot(
          elapsedNanos - earlier.elapsedNanos,
          admitted - earlier.admitted,
          expired - earlier.expired,
          answered - earlier.answered,
          failed - earlier.failed,
          cancelled - earlier.cancelled,
          newTokens - earlier.newTokens,
          encodedPictures - earlier.encodedPictures,
          reusedEncodings - earlier.reusedEncodings,
          prefilledSequences - earlier.prefilledSequences,
          prefilledTokens - earlier.prefilledTokens,
          decodeCalls - earlier.decodeCalls,
          decodeSteps - earlier.decodeSteps,
          decodedRows - earlier.decodedRows,
          retries - earlier.retries,
          splits - earlier.splits,
          waitNanos - earlier.waitNanos,
          encodeNanos - earlier.encodeNanos,
          prefillNanos - earlier.prefillNanos,
          decodeNanos - earlier.decodeNanos,
          cacheNanos - earlier.cacheNanos,
          idleNanos - earlier.idleNanos,
          queueDepth,
          slotsInUse,
          slots,
          deviceMemoryBytes);
    }

    /** Returns the mean share of the slots that was in use in a decode step, 0 to 1. */
    public double occupancy() {
      return decodeSteps == 0 || slots == 0 ? 0 : (double) decodedRows / decodeSteps / slots;
    }
  }

  /** Returns the sums so far. */
  public Snapshot snapshot() {
    return new Snapshot(
        System.nanoTime() - start,
        admitted.sum(),
        expired.sum(),
        answered.sum(),
        failed.sum(),
        cancelled.sum(),
        newTokens.sum(),
        encodedPictures.sum(),
        reusedEncodings.sum(),
        prefilledSequences.sum(),
        prefilledTokens.sum(),
        decodeCalls.sum(),
        decodeSteps.sum(),
        decodedRows.sum(),
        retries.sum(),
        splits.sum(),
        waitNanos.sum(),
        encodeNanos.sum(),
        prefillNanos.sum(),
        decodeNanos.sum(),
        cacheNanos.sum(),
        idleNanos.sum(),
        queueDepth,
        slotsInUse,
        slots,
        deviceMemoryBytes);
  }

  /** Returns how long requests waited for a slot. */
  public DurationHistogram waits() {
    return waits;
  }

  /** Returns how long calls of the vision encoder took, each for some pictures. */
  public DurationHistogram encodeCalls() {
    return encodeCalls;
  }

  /** Returns how long calls took that read prompts, each some of them. */
  public DurationHistogram prefillCalls() {
    return prefillCalls;
  }

  /** Returns how long steps took that gave every sequence one token. */
  public DurationHistogram decodeStepTimes() {
    return decodeStepTimes;
  }

  /** Returns how long requests took, from where they were queued to their answers. */
  public DurationHistogram requests() {
    return requests;
  }

  @Override
  public void onQueued(int depth) {
    queueDepth = depth;
  }

  @Override
  public void onQueueDepth(int depth) {
    queueDepth = depth;
  }

  @Override
  public void onAdmitted(long nanos) {
    admitted.increment();
    waitNanos.add(nanos);
    waits.record(nanos);
  }

  @Override
  public void onExpired(long nanos) {
    expired.increment();
  }

  @Override
  public void onEncoded(int pictures, long nanos) {
    encodedPictures.add(pictures);
    encodeNanos.add(nanos);
    encodeCalls.record(nanos);
  }

  @Override
  public void onEncodingReused(int pictures) {
    reusedEncodings.add(pictures);
  }

  @Override
  public void onPrefilled(int sequences, int tokens, long nanos) {
    prefilledSequences.add(sequences);
    prefilledTokens.add(tokens);
    prefillNanos.add(nanos);
    prefillCalls.record(nanos);
  }

  @Override
  public void onDecoded(int sequences, int steps, long nanos) {
    decodeCalls.increment();
    decodeSteps.add(steps);
    decodedRows.add((long) sequences * steps);
    decodeNanos.add(nanos);
    decodeStepTimes.record(nanos / Math.max(1, steps), steps);
  }

  @Override
  public void onCacheChanged(long nanos) {
    cacheNanos.add(nanos);
  }

  @Override
  public void onSlots(int used, int total) {
    slotsInUse = used;
    slots = total;
  }

  @Override
  public void onAnswered(int tokens, long nanos) {
    answered.increment();
    newTokens.add(tokens);
    requests.record(nanos);
  }

  @Override
  public void onFailed(long nanos) {
    failed.increment();
  }

  @Override
  public void onCancelled() {
    cancelled.increment();
  }

  @Override
  public void onRetried(int sequences) {
    retries.add(sequences);
  }

  @Override
  public void onSplit(int slotsLeft) {
    splits.increment();
  }

  @Override
  public void onIdle(long nanos) {
    idleNanos.add(nanos);
  }

  @Override
  public void onDeviceMemory(long bytes) {
    deviceMemoryBytes = bytes;
  }
}
