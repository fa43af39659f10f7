package io.groundstream.operators.event;

/**
 * The codes of side matters that cost no picture, or more than one. They stand in records, as the
 * reason why an attribute is left out, in metrics, and in the summary of a backfill.
 */
public enum NoteCode {
  /** What lies beside a picture cannot be read, or is not what its suffix says. */
  SIDECAR_INVALID("sidecar-invalid"),
  /** A value is none that an attribute can have, such as NaN. */
  ATTRIBUTE_INVALID("attribute-invalid"),
  /** There is more data about a picture than allowed. */
  ATTRIBUTES_TOO_LARGE("attributes-too-large"),
  /** Entries of a tar shard are neither pictures nor say anything about one. */
  ENTRIES_SKIPPED("entries-skipped"),
  /** Rows of a Parquet file are lost behind one dead letter. */
  ROWS_LOST("rows-lost");

  private final String code;

  NoteCode(String code) {
    this.code = code;
  }

  /** Returns the code, in kebab-case. */
  public String code() {
    return code;
  }
}
