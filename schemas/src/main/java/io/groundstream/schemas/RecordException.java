package io.groundstream.schemas;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Some bytes are no valid record. This is about the bytes and never about the registry's health:
 * see {@link RegistryUnavailableException}.
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

  /** Returns the stable code of what is wrong with the bytes. */
  public RecordErrorCode errorCode() {
    return errorCode;
  }

  /**
   * Returns for how long the schema's identifier has been found unknown: a replica of a registry
   * may learn of it some seconds after its writer.
   */
  public Duration unknownFor() {
    return unknownFor;
  }
}
