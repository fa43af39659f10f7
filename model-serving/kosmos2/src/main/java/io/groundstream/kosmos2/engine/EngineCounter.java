package io.groundstream.kosmos2.engine;

/**
 * What an engine counts from its start. To add a counter, add a constant here and count it where it
 * happens; it is then in every {@link EngineStatistics.Snapshot}. Calls into the model are counted
 * when they have returned.
 */
public enum EngineCounter {
  /** Requests that were given a slot. */
  ADMITTED,
  /** Requests whose deadline passed while they waited. */
  EXPIRED,
  /** Requests that were answered. */
  ANSWERED,
  /** Requests that failed, without the expired ones. */
  FAILED,
  /** Requests that were cancelled, waiting or running. */
  CANCELLED,
  /** Tokens of the answers. */
  NEW_TOKENS,
  /** Images that were encoded. */
  ENCODED_IMAGES,
  /** Images whose features were there already, from another request. */
  REUSED_ENCODINGS,
  /** Tokens of prompts, without padding. */
  PREFILLED_TOKENS,
  /** Decode steps; a call into the model takes one or several. */
  DECODE_STEPS,
  /** Sequences in decode steps, summed over steps. */
  DECODED_ROWS,
  /** Sequences that were generated again from their beginning. */
  RETRIES,
  /** How often the device ran out of memory. */
  SPLITS,
  /** Nanoseconds in the queue, summed over admitted requests. */
  WAIT_NANOS,
  /** Nanoseconds in the vision encoder. */
  ENCODE_NANOS,
  /** Nanoseconds in prefill. */
  PREFILL_NANOS,
  /** Nanoseconds in decode steps. */
  DECODE_NANOS,
  /** Nanoseconds of moving slots of the key/value cache and of giving it another shape. */
  CACHE_NANOS,
  /** Nanoseconds without anything to do. */
  IDLE_NANOS
}
