package io.groundstream.kosmos2;

import io.groundstream.images.ImageException;
import org.jspecify.annotations.Nullable;

/** One image or one request failed; everything around it goes on. */
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

  /** Returns the failure of an image, with the same message and cause. */
  public static GroundingException of(ImageException e) {
    return new GroundingException(
        GroundingErrorCode.of(e.errorCode()), String.valueOf(e.getMessage()), e.getCause());
  }

  /** Returns the stable code of what went wrong. */
  public ErrorCode errorCode() {
    return errorCode;
  }
}
