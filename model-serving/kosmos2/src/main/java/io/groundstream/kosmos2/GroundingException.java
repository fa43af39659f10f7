package io.groundstream.kosmos2;

import io.groundstream.images.ImageException;
import org.jspecify.annotations.Nullable;

/** Signals that a single image or request failed; others are not affected. */
public final class GroundingException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient ErrorCode errorCode;

  public GroundingException(ErrorCode errorCode, String message) {
    this(errorCode, message, null);
  }

  public GroundingException(ErrorCode errorCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.errorCode = errorCode;
  }

  /** Converts the failure of an image, keeping its message and cause. */
  public static GroundingException of(ImageException e) {
    return new GroundingException(
        GroundingErrorCode.of(e.errorCode()), String.valueOf(e.getMessage()), e.getCause());
  }

  /** Returns the stable error code. */
  public ErrorCode errorCode() {
    return errorCode;
  }
}
