package io.groundstream.kosmos2.engine;

/** Why a generation ended. */
public enum FinishReason {
  /** The model chose the end of the sequence. */
  END("end"),
  /** The maximum number of new tokens was reached. */
  LENGTH("length"),
  /** The text contains one of the request's stop strings. */
  STOP("stop");

  private final String id;

  FinishReason(String id) {
    this.id = id;
  }

  /** Returns the name used in output records. */
  public String id() {
    return id;
  }
}
