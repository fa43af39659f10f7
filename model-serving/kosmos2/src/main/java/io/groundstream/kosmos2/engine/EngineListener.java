package io.groundstream.kosmos2.engine;

/**
 * Is told what an engine does. Called on the engine's thread, or on that of whoever submits a
 * request, so it must be quick, must not wait, and must not throw; what it throws is logged and
 * forgotten. Times are in nanoseconds.
 */
public interface EngineListener {
  /** A request was queued; that many wait now. */
  default void onQueued(int queueDepth) {}

  /** A request was given a slot after it had waited. */
  default void onAdmitted(long waitNanos) {}

  /** A waiting request was not admitted by its deadline. */
  default void onExpired(long waitNanos) {}

  /** Some requests were taken out of the queue; that many still wait. */
  default void onQueueDepth(int queueDepth) {}

  /** Pictures were encoded in one call. */
  default void onEncoded(int pictures, long nanos) {}

  /** The features of a picture were there already, from another request. */
  default void onEncodingReused(int pictures) {}

  /** Prompts were read in one call; {@code tokens} is their sum without padding. */
  default void onPrefilled(int sequences, int tokens, long nanos) {}

  /** Every sequence was given up to {@code steps} tokens in one call. */
  default void onDecoded(int sequences, int steps, long nanos) {}

  /** Slots of the key/value cache were moved, or the cache was given another shape. */
  default void onCacheChanged(long nanos) {}

  /** So many of the slots are in use. */
  default void onSlots(int used, int total) {}

  /** A request was answered with so many tokens, that long after it was submitted. */
  default void onAnswered(int newTokens, long nanos) {}

  /** A request failed, that long after it was submitted. */
  default void onFailed(long nanos) {}

  /** A request was cancelled, waiting or running. */
  default void onCancelled() {}

  /** Sequences that were under way are generated again from their beginning. */
  default void onRetried(int sequences) {}

  /** The device's memory did not suffice; from now on there are only so many slots. */
  default void onSplit(int slots) {}

  /** The engine had nothing to do for so long. */
  default void onIdle(long nanos) {}

  /** Weights and key/value cache take about so much of the device's memory. */
  default void onDeviceMemory(long bytes) {}
}
