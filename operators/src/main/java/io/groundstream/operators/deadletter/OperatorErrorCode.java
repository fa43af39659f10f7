package io.groundstream.operators.deadletter;

import io.groundstream.kosmos2.ErrorCode;
import io.groundstream.kosmos2.Stage;

/** The error codes of events, their images' URIs, archives and results. */
public enum OperatorErrorCode implements ErrorCode {
  /** The event has no identifier. */
  EVENT_ID_MISSING(Stage.DECODE_RECORD, "event-id-missing", false),
  /** The record's topic is not among those that are configured, so that its format is unknown. */
  TOPIC_NOT_CONFIGURED(Stage.DECODE_RECORD, "topic-not-configured", false),
  /** The record is in another format than the configured one. */
  FORMAT_MISMATCH(Stage.DECODE_RECORD, "format-mismatch", false),
  /** A document has more bytes or values than allowed, or too long a name. */
  EVENT_TOO_LARGE(Stage.DECODE_RECORD, "event-too-large", false),
  /** The value is not a JSON document. */
  JSON_INVALID(Stage.DECODE_RECORD, "json-invalid", false),
  /** A JSON document is nested too deeply. */
  JSON_TOO_DEEP(Stage.DECODE_RECORD, "json-too-deep", false),
  /** An object of a JSON document has a key twice. */
  JSON_DUPLICATE_KEY(Stage.DECODE_RECORD, "json-duplicate-key", false),
  /** A JSON document contains NaN, an infinity, or a number of extreme length. */
  JSON_NUMBER_INVALID(Stage.DECODE_RECORD, "json-number-invalid", false),
  /** A text of a JSON document contains half of a surrogate pair. */
  JSON_LONE_SURROGATE(Stage.DECODE_RECORD, "json-lone-surrogate", false),
  /** The text of an image is not base64. */
  BASE64_INVALID(Stage.DECODE_RECORD, "base64-invalid", false),
  /** A field of the event has a value that it cannot have. */
  FIELD_INVALID(Stage.DECODE_RECORD, "field-invalid", false),
  /** A header that belongs to the event is not text in UTF-8. */
  HEADER_INVALID(Stage.DECODE_RECORD, "header-invalid", false),
  /** The record is not a valid CloudEvent, or its data has an unsupported type. */
  CLOUDEVENT_INVALID(Stage.DECODE_RECORD, "cloudevent-invalid", false),
  /** The bytes do not match the Protobuf message that the record names. */
  PROTOBUF_INVALID(Stage.DECODE_RECORD, "protobuf-invalid", false),
  /** A Protobuf message is nested too deeply. */
  PROTOBUF_TOO_DEEP(Stage.DECODE_RECORD, "protobuf-too-deep", false),
  /** The record's schema in the registry is of another type, or cannot be parsed. */
  SCHEMA_UNSUPPORTED(Stage.DECODE_RECORD, "schema-unsupported", false),
  /** The document lacks the envelope that is configured. */
  ENVELOPE_INVALID(Stage.DECODE_RECORD, "envelope-invalid", false),

  /** A file of an archive no longer exists. */
  FILE_VANISHED(Stage.DECODE_RECORD, "file-vanished", true),
  /** A file of an archive changed after it was listed. */
  FILE_CHANGED(Stage.DECODE_RECORD, "file-changed", true),
  /** A file of an archive cannot be read, although others can. */
  FILE_UNREADABLE(Stage.DECODE_RECORD, "file-unreadable", true),
  /** A shard ends early. */
  SHARD_TRUNCATED(Stage.DECODE_RECORD, "shard-truncated", false),
  /** A shard is damaged; the data after the damage is not read. */
  SHARD_CORRUPT(Stage.DECODE_RECORD, "shard-corrupt", false),
  /** A shard holds no images. */
  SHARD_WITHOUT_PICTURES(Stage.DECODE_RECORD, "shard-without-pictures", false),
  /** An image in a shard is a link or sparse, or its name is too long. */
  ENTRY_UNSUPPORTED(Stage.DECODE_RECORD, "entry-unsupported", false),
  /** An image in an archive exceeds the size limit. */
  ENTRY_TOO_LARGE(Stage.DECODE_RECORD, "entry-too-large", false),
  /** The name of an image in a shard has nothing before its suffix. */
  KEY_MISSING(Stage.DECODE_RECORD, "key-missing", false),
  /** A key or identifier occurs a second time in one file. */
  DUPLICATE_KEY(Stage.DECODE_RECORD, "duplicate-key", false),
  /** A shard holds data about an image, but not the image. */
  PICTURE_MISSING(Stage.DECODE_RECORD, "picture-missing", false),
  /**
   * Used by earlier releases, in which a faulty sidecar cost the image. It is now left out, with a
   * note.
   */
  SIDECAR_INVALID(Stage.DECODE_RECORD, "sidecar-invalid", false),
  /**
   * Used by earlier releases, in which too much data about an image cost the image. It is now left
   * out, with a note.
   */
  ATTRIBUTES_TOO_LARGE(Stage.DECODE_RECORD, "attributes-too-large", false),
  /** A file is a damaged Parquet file, or not a Parquet file. */
  PARQUET_CORRUPT(Stage.DECODE_RECORD, "parquet-corrupt", false),
  /** A Parquet file is encrypted, or compressed in an unsupported way. */
  PARQUET_UNSUPPORTED(Stage.DECODE_RECORD, "parquet-unsupported", false),
  /** A Parquet file lacks a column, or has it with another type. */
  PARQUET_COLUMN_MISMATCH(Stage.DECODE_RECORD, "parquet-column-mismatch", false),
  /** A row of a Parquet file lacks an image or another required value. */
  PARQUET_ROW_INVALID(Stage.DECODE_RECORD, "parquet-row-invalid", false),
  /** A manifest as a whole cannot be read, for example because it has no column for URIs. */
  MANIFEST_INVALID(Stage.DECODE_RECORD, "manifest-invalid", false),
  /** A line of a manifest is broken. */
  MANIFEST_LINE_INVALID(Stage.DECODE_RECORD, "manifest-line-invalid", false),

  /** A request of the configuration needs an attribute that the event lacks. */
  ATTRIBUTE_MISSING(Stage.REQUEST, "attribute-missing", false),
  /** Two requests of the event have the same identifier. */
  DUPLICATE_REQUEST_ID(Stage.REQUEST, "duplicate-request-id", false),
  /** The event has more requests than the limit. */
  TOO_MANY_REQUESTS(Stage.REQUEST, "too-many-requests", false),
  /** A replayed event names a request that it does not have. */
  REQUEST_NOT_FOUND(Stage.REQUEST, "request-not-found", false),
  /** The event's deadline passed before its inference began. */
  DEADLINE_EXCEEDED(Stage.REQUEST, "deadline-exceeded", false),

  /** The URI is invalid, or not of the form that its scheme requires. */
  URI_INVALID(Stage.FETCH, "uri-invalid", false),
  /** URIs of this scheme cannot be fetched. */
  SCHEME_UNSUPPORTED(Stage.FETCH, "scheme-unsupported", false),
  /** The URI refers to a location that events may not read. */
  URI_NOT_ALLOWED(Stage.FETCH, "uri-not-allowed", false),
  /** There is nothing at the URI, at least at present. */
  IMAGE_NOT_FOUND(Stage.FETCH, "image-not-found", true),
  /** The URI's target cannot be read. */
  IMAGE_UNREADABLE(Stage.FETCH, "image-unreadable", true),
  /** The URI's target exceeds the size limit. */
  FETCH_TOO_LARGE(Stage.FETCH, "fetch-too-large", false),

  /** The host or port is not among those that links may name. */
  HOST_NOT_ALLOWED(Stage.FETCH, "host-not-allowed", false),
  /** The host has an address that links must not reach. */
  ADDRESS_NOT_ALLOWED(Stage.FETCH, "address-not-allowed", false),
  /** The host's name has no address. */
  HOST_UNKNOWN(Stage.FETCH, "host-unknown", true),
  /** The host answers that it is unavailable, or was not contacted because it failed too often. */
  HOST_UNAVAILABLE(Stage.FETCH, "host-unavailable", true),
  /** The host did not answer completely in time. */
  FETCH_TIMEOUT(Stage.FETCH, "fetch-timeout", true),
  /** The connection could not be opened, or broke. */
  FETCH_FAILED(Stage.FETCH, "fetch-failed", true),
  /** The host's answer rules out that the link leads to an image. */
  HTTP_REFUSED(Stage.FETCH, "http-refused", false),
  /** The link redirects too often. */
  TOO_MANY_REDIRECTS(Stage.FETCH, "too-many-redirects", false),

  /** A result exceeds the maximum size of a record. */
  RECORD_TOO_LARGE(Stage.EMIT, "record-too-large", false),

  /** The index rejects the document, and would reject it again. */
  DOCUMENT_REFUSED(Stage.INDEX, "document-refused", false),
  /** The document exceeds the size limit of the job or of the index. */
  DOCUMENT_TOO_LARGE(Stage.INDEX, "document-too-large", false),
  /** Phrases arrived without the record of their image. */
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
