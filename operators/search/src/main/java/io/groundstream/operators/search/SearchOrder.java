package io.groundstream.operators.search;

/** What comes first of what is found. */
public enum SearchOrder {
  /** What matches best, and of equals the newest. */
  RELEVANCE,

  /** The newest, by the event's time; what has none comes last. */
  NEWEST
}
