package io.groundstream.kosmos2.engine;

/**
 * The counters of an engine, starting from zero at its start. To add a counter, add a constant here
 * and increment it where the event happens; it is then part of every {@link
 * EngineStatistics.Snapshot}. Calls into the model are counted when they return.
 */
public enum EngineCounter {
  /** Requests that were given a slot. */
  ADMITTED,
  /** Requests whose deadline passed while waiting. */
  EXPIRED,
  /** Requests that were answered. */
  ANSWERED,
  /** Requests that failed, excluding expired ones. */
  FAILED,
  /** Requests that were cancelled while waiting or running. */
  CANCELLED,
  /** Tokens in completed answers. */
  NEW_TOKENS,
  /** Images that were encoded. */
  ENCODED_IMAGES,
  /** Images whose features were reused from another request. */
  REUSED_ENCODINGS,
  /** Prompt tokens that were read, excluding padding and those of reused prefixes. */
  PREFILLED_TOKENS,
  /** Requests that used a prefix which was read for another. */
  REUSED_PREFIXES,
  /** Candidates that were scored. */
  SCORED_CANDIDATES,
  /** Decode steps; a call into the model runs one or more. */
  DECODE_STEPS,
  /** Active sequences, summed over decode steps. */
  DECODED_ROWS,
  /** Sequences that were restarted from their prompt. */
  RETRIES,
  /** Times that the device ran out of memory. */
  SPLITS,
  /** Nanoseconds in the queue, summed over admitted requests. */
  WAIT_NANOS,
  /** Nanoseconds in the vision encoder. */
  ENCODE_NANOS,
  /** Nanoseconds in prefill and in scoring. */
  PREFILL_NANOS,
  /** Nanoseconds in decode steps. */
  DECODE_NANOS,
  /** Nanoseconds spent on moving slots of the key/value cache and on reshaping it. */
  CACHE_NANOS,
  /** Nanoseconds without work. */
  IDLE_NANOS
}
