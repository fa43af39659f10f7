package io.groundstream.operators.output;

/** The topics that a job writes. */
public enum OutputTopic {
  /** One record for each event. */
  IMAGES,
  /** One record for each phrase. */
  PHRASES,
  /** One record for each failed event or request. */
  DEAD_LETTERS
}
