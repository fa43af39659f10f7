package io.groundstream.schemas;

/** The reasons why bytes are not a valid record. The codes are part of the contract. */
public enum RecordErrorCode {
  /** The record has no value, or a value without bytes. */
  RECORD_EMPTY("record-empty", false),
  /** The first byte is not that of the Confluent wire format. */
  BAD_MAGIC("bad-magic", false),
  /** The registry does not know the schema's identifier, at least not yet. */
  UNKNOWN_SCHEMA_ID("unknown-schema-id", true),
  /** The schema that the record was written with cannot be read as the one expected. */
  SCHEMA_INCOMPATIBLE("schema-incompatible", false),
  /** The bytes do not match the schema with which they were written. */
  RECORD_CORRUPT("record-corrupt", false);

  private final String code;
  private final boolean retryable;

  RecordErrorCode(String code, boolean retryable) {
    this.code = code;
    this.retryable = retryable;
  }

  /** Returns the stable code in kebab-case. */
  public String code() {
    return code;
  }

  /** Returns whether the same bytes may become readable later. */
  public boolean retryable() {
    return retryable;
  }
}
