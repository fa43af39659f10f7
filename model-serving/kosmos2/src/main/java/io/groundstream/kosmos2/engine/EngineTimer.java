package io.groundstream.kosmos2.engine;

/** The histograms of durations that an engine keeps. */
public enum EngineTimer {
  /** The time that a request waited for a slot. */
  QUEUE_WAIT,
  /** A call of the vision encoder for one or more images. */
  ENCODE_CALL,
  /** A prefill call for one or more prompts. */
  PREFILL_CALL,
  /** A step that generates one token per active sequence. */
  DECODE_STEP,
  /** A request, from submission to answer. */
  REQUEST
}
