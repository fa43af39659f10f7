package io.groundstream.sql.model;

/** What becomes of a row whose request fails. */
public enum OnError {
  /** The query fails. */
  FAIL("fail"),
  /** All columns of the model are null. */
  NULL("null"),
  /** {@code error_code} and {@code error_message} say why; what the request lacks is null. */
  ROW("row");

  private final String id;

  OnError(String id) {
    this.id = id;
  }

  /** Returns the value in the options of a model. */
  @Override
  public String toString() {
    return id;
  }
}
