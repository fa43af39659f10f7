package io.groundstream.schemas;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when bytes are not a valid record. The fault is the record's and never the registry's: see
 * {@link RegistryUnavailableException}.
 */
public final class RecordException extends Exception {
  private static final long serialVersionUID = 1L;

  private final RecordErrorCode errorCode;
  private final Duration unknownFor;

  RecordException(RecordErrorCode errorCode, String message) {
    this(errorCode, message, null);
  }

  RecordException(RecordErrorCode errorCode, String message, @Nullable Throwable cause) {
    this(errorCode, message, cause, Duration.ZERO);
  }

  RecordException(
      RecordErrorCode errorCode, String message, @Nullable Throwable cause, Duration unknownFor) {
    super(message, cause);
    this.errorCode = errorCode;
    this.unknownFor = unknownFor;
  }

  /** Returns the same failure with a hint after its message. */
  public RecordException withHint(String hint) {
    return new RecordException(errorCode, getMessage() + ": " + hint, getCause(), unknownFor);
  }

  /** Returns the stable code of the error. */
  public RecordErrorCode errorCode() {
    return errorCode;
  }

  /**
   * Returns how long the schema's identifier has been unknown. A replica of a registry may learn of
   * an identifier some seconds after the record was written.
   */
  public Duration unknownFor() {
    return unknownFor;
  }
}
