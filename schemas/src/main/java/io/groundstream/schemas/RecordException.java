package io.groundstream.schemas;

import org.jspecify.annotations.Nullable;

/**
 * Some bytes are no valid record. This is about the bytes and never about the registry's health:
 * see {@link RegistryUnavailableException}.
 */
public final class RecordException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RecordErrorCode errorCode;

  RecordException(RecordErrorCode errorCode, String message) {
    this(errorCode, message, null);
  }

  RecordException(RecordErrorCode errorCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.errorCode = errorCode;
  }

  /** Returns the stable code of what is wrong with the bytes. */
  public RecordErrorCode errorCode() {
    return errorCode;
  }
}
