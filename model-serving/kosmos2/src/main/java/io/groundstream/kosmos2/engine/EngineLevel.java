package io.groundstream.kosmos2.engine;

/** The current values of an engine, as opposed to its {@linkplain EngineCounter counters}. */
public enum EngineLevel {
  /** Requests waiting for a slot. */
  QUEUE_DEPTH,
  /** Slots in use. */
  SLOTS_IN_USE,
  /** Available slots; fewer after the device ran out of memory. */
  SLOTS,
  /** Approximate bytes of weights and key/value cache; 0 if unknown. */
  DEVICE_MEMORY_BYTES
}
