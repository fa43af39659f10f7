package io.groundstream.schemas;

/** The ways in which bytes can fail to be a record. The codes are part of the contract. */
public enum RecordErrorCode {
  /** There are no bytes, or no value at all. */
  RECORD_EMPTY("record-empty", false),
  /** The first byte is not that of the Confluent wire format. */
  BAD_MAGIC("bad-magic", false),
  /** The registry knows no schema with the identifier in the bytes, not now at least. */
  UNKNOWN_SCHEMA_ID("unknown-schema-id", true),
  /** The schema that the record was written with cannot be read as the one expected. */
  SCHEMA_INCOMPATIBLE("schema-incompatible", false),
  /** The bytes are not what the schema that they were written with says. */
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

  /** Returns whether the same bytes may be readable later. */
  public boolean retryable() {
    return retryable;
  }
}
