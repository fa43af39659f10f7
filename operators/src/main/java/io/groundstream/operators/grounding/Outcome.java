package io.groundstream.operators.grounding;

import io.groundstream.kosmos2.GroundedAnswer;
import io.groundstream.operators.deadletter.Failure;

/** The outcome of one request. */
sealed interface Outcome {
  /** The model answered. */
  record Answered(GroundedAnswer answer) implements Outcome {}

  /** The request failed. */
  record Failed(Failure failure) implements Outcome {}
}
