package io.groundstream.operators.deadletter;

import io.groundstream.kosmos2.ErrorCode;
import io.groundstream.kosmos2.Stage;

/** The codes of everything that can be wrong with an event, its image's URI, or its results. */
public enum OperatorErrorCode implements ErrorCode {
  /** The event has no identifier. */
  EVENT_ID_MISSING(Stage.DECODE_RECORD, "event-id-missing", false),

  /** A file of an archive is not there any more. */
  FILE_VANISHED(Stage.DECODE_RECORD, "file-vanished", true),
  /** A file of an archive is not the one any more that was listed. */
  FILE_CHANGED(Stage.DECODE_RECORD, "file-changed", true),
  /** A file of an archive cannot be read, though others can. */
  FILE_UNREADABLE(Stage.DECODE_RECORD, "file-unreadable", true),
  /** A tar shard ends early. */
  SHARD_TRUNCATED(Stage.DECODE_RECORD, "shard-truncated", false),
  /** A tar shard is damaged; what comes after the damage is not read. */
  SHARD_CORRUPT(Stage.DECODE_RECORD, "shard-corrupt", false),
  /** A tar shard holds no picture at all. */
  SHARD_WITHOUT_PICTURES(Stage.DECODE_RECORD, "shard-without-pictures", false),
  /** A picture in a tar shard is a link, sparse, or has a name that is too long. */
  ENTRY_UNSUPPORTED(Stage.DECODE_RECORD, "entry-unsupported", false),
  /** A picture in an archive has more bytes than allowed. */
  ENTRY_TOO_LARGE(Stage.DECODE_RECORD, "entry-too-large", false),
  /** A picture in a tar shard has nothing before its suffix. */
  KEY_MISSING(Stage.DECODE_RECORD, "key-missing", false),
  /** A key or identifier comes a second time in one file. */
  DUPLICATE_KEY(Stage.DECODE_RECORD, "duplicate-key", false),
  /** There is data about a picture in a tar shard, but no picture. */
  PICTURE_MISSING(Stage.DECODE_RECORD, "picture-missing", false),
  /** Of earlier releases: a sidecar cost its picture. It is now left out, with a note. */
  SIDECAR_INVALID(Stage.DECODE_RECORD, "sidecar-invalid", false),
  /** Of earlier releases: wide data cost its picture. It is now left out, with a note. */
  ATTRIBUTES_TOO_LARGE(Stage.DECODE_RECORD, "attributes-too-large", false),
  /** A Parquet file is damaged, or none. */
  PARQUET_CORRUPT(Stage.DECODE_RECORD, "parquet-corrupt", false),
  /** A Parquet file is encrypted, or compressed in a way that is not read. */
  PARQUET_UNSUPPORTED(Stage.DECODE_RECORD, "parquet-unsupported", false),
  /** A Parquet file lacks a column, or has it with another type. */
  PARQUET_COLUMN_MISMATCH(Stage.DECODE_RECORD, "parquet-column-mismatch", false),
  /** A row of a Parquet file has no picture, or not what it needs else. */
  PARQUET_ROW_INVALID(Stage.DECODE_RECORD, "parquet-row-invalid", false),
  /** A manifest cannot be read as a whole, such as without a column for URIs. */
  MANIFEST_INVALID(Stage.DECODE_RECORD, "manifest-invalid", false),
  /** A line of a manifest is broken. */
  MANIFEST_LINE_INVALID(Stage.DECODE_RECORD, "manifest-line-invalid", false),

  /** Two requests of the event have the same identifier. */
  DUPLICATE_REQUEST_ID(Stage.REQUEST, "duplicate-request-id", false),
  /** The event holds more requests than allowed. */
  TOO_MANY_REQUESTS(Stage.REQUEST, "too-many-requests", false),
  /** A replayed event names a request that it does not hold. */
  REQUEST_NOT_FOUND(Stage.REQUEST, "request-not-found", false),
  /** The event's deadline passed before its inference began. */
  DEADLINE_EXCEEDED(Stage.REQUEST, "deadline-exceeded", false),

  /** The URI is none, or not of the form that its scheme takes. */
  URI_INVALID(Stage.FETCH, "uri-invalid", false),
  /** URIs of this scheme cannot be fetched. */
  SCHEME_UNSUPPORTED(Stage.FETCH, "scheme-unsupported", false),
  /** The URI points to where events may not read. */
  URI_NOT_ALLOWED(Stage.FETCH, "uri-not-allowed", false),
  /** There is nothing at the URI, not now at least. */
  IMAGE_NOT_FOUND(Stage.FETCH, "image-not-found", true),
  /** What the URI points to cannot be read. */
  IMAGE_UNREADABLE(Stage.FETCH, "image-unreadable", true),
  /** What the URI points to has more bytes than allowed. */
  FETCH_TOO_LARGE(Stage.FETCH, "fetch-too-large", false),

  /** The host or port is none of those that links may name. */
  HOST_NOT_ALLOWED(Stage.FETCH, "host-not-allowed", false),
  /** The host is at an address that links must not reach. */
  ADDRESS_NOT_ALLOWED(Stage.FETCH, "address-not-allowed", false),
  /** The host's name has no address. */
  HOST_UNKNOWN(Stage.FETCH, "host-unknown", true),
  /** The host says that it cannot answer now, or has failed so often that it was not asked. */
  HOST_UNAVAILABLE(Stage.FETCH, "host-unavailable", true),
  /** The host did not answer in time, or not to the end. */
  FETCH_TIMEOUT(Stage.FETCH, "fetch-timeout", true),
  /** The connection could not be made, or broke. */
  FETCH_FAILED(Stage.FETCH, "fetch-failed", true),
  /** The host answers that this link brings nothing. */
  HTTP_REFUSED(Stage.FETCH, "http-refused", false),
  /** The link redirects too often. */
  TOO_MANY_REDIRECTS(Stage.FETCH, "too-many-redirects", false),

  /** A result is larger than a record may be. */
  RECORD_TOO_LARGE(Stage.EMIT, "record-too-large", false),

  /** The index refuses the document, and would again. */
  DOCUMENT_REFUSED(Stage.INDEX, "document-refused", false),
  /** The document is larger than the job, or the index, takes. */
  DOCUMENT_TOO_LARGE(Stage.INDEX, "document-too-large", false),
  /** Phrases came without the record of their image. */
  IMAGE_RECORD_MISSING(Stage.INDEX, "image-record-missing", true);

  private final Stage stage;
  private final String code;
  private final boolean retryable;

  OperatorErrorCode(Stage stage, String code, boolean retryable) {
    this.stage = stage;
    this.code = code;
    this.retryable = retryable;
  }

  @Override
  public Stage stage() {
    return stage;
  }

  @Override
  public String code() {
    return code;
  }

  @Override
  public boolean retryable() {
    return retryable;
  }
}
