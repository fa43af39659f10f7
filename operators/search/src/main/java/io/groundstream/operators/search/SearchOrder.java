package io.groundstream.operators.search;

/** The order of the images found. */
public enum SearchOrder {
  /** The best match first, and of equals the newest. */
  RELEVANCE,

  /** The newest first, by the event's time; images without one come last. */
  NEWEST
}
