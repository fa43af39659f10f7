package io.groundstream.kosmos2.engine;

/** What an engine has at a moment, as opposed to what it {@linkplain EngineCounter counts}. */
public enum EngineLevel {
  /** Requests that wait for a slot. */
  QUEUE_DEPTH,
  /** Slots in use. */
  SLOTS_IN_USE,
  /** Slots that there are; fewer after the device ran out of memory. */
  SLOTS,
  /** Bytes of weights and key/value cache, about; 0 if unknown. */
  DEVICE_MEMORY_BYTES
}
