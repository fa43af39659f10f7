package io.groundstream.operators.deadletter;

import io.groundstream.model.ErrorCode;
import io.groundstream.model.Stage;

/** The codes of everything that can be wrong with an event, its image's URI, or its results. */
public enum OperatorErrorCode implements ErrorCode {
  /** The event has no identifier. */
  EVENT_ID_MISSING(Stage.DECODE_RECORD, "event-id-missing", false),
  /** Two requests of the event have the same identifier. */
  DUPLICATE_REQUEST_ID(Stage.REQUEST, "duplicate-request-id", false),
  /** The event holds more requests than allowed. */
  TOO_MANY_REQUESTS(Stage.REQUEST, "too-many-requests", false),
  /** The event's deadline passed before its inference began. */
  DEADLINE_EXCEEDED(Stage.REQUEST, "deadline-exceeded", true),

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

  /** A result is larger than a record may be. */
  RECORD_TOO_LARGE(Stage.EMIT, "record-too-large", false);

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
