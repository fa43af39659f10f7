package io.groundstream.kosmos2.engine;

/** What an engine keeps a histogram of durations of. */
public enum EngineTimer {
  /** How long a request waited for a slot. */
  QUEUE_WAIT,
  /** A call of the vision encoder, for one or several images. */
  ENCODE_CALL,
  /** A call that reads one or several prompts. */
  PREFILL_CALL,
  /** A step that gives every sequence one token. */
  DECODE_STEP,
  /** A request, from its submission to its answer. */
  REQUEST
}
