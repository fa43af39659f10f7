package io.groundstream.operators.search;

import java.time.Instant;
import java.time.LocalDate;

/** A point of time as a query names it. */
sealed interface Moment {
  /** A whole day in UTC. */
  record Day(LocalDate date) implements Moment {}

  /** An instant, to the millisecond. */
  record Exactly(Instant instant) implements Moment {}

  /**
   * So long before the query is answered.
   *
   * @param amount how many units; 0 for now itself
   * @param unit OpenSearch's letter: s, m (minutes), h, d or w
   */
  record Ago(int amount, char unit) implements Moment {}
}
