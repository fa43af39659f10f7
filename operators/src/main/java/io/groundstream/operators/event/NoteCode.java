package io.groundstream.operators.event;

/**
 * The codes of notes about faults that cost no image, or several. They appear in records, as the
 * reason why an attribute is left out, in metrics, and in the summary of a backfill.
 */
public enum NoteCode {
  /** A sidecar cannot be read, or does not have the format of its suffix. */
  SIDECAR_INVALID("sidecar-invalid"),
  /** A value cannot be an attribute, such as NaN. */
  ATTRIBUTE_INVALID("attribute-invalid"),
  /** The data about an image exceeds the size limit. */
  ATTRIBUTES_TOO_LARGE("attributes-too-large"),
  /** Entries of a shard are neither images nor data about one. */
  ENTRIES_SKIPPED("entries-skipped"),
  /** Rows of a Parquet file are lost, with one dead letter for all of them. */
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
