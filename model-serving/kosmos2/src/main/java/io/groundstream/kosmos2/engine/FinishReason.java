package io.groundstream.kosmos2.engine;

/** Why a generation ended. */
public enum FinishReason {
  /** The model chose the end of the sequence. */
  END("end"),
  /** The model had chosen as many tokens as were allowed. */
  LENGTH("length");

  private final String id;

  FinishReason(String id) {
    this.id = id;
  }

  /** Returns the name as records have it. */
  public String id() {
    return id;
  }
}
