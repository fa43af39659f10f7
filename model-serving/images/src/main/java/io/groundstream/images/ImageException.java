package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/** Thrown when an image cannot be decoded, or not within the limits. */
public final class ImageException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ImageErrorCode errorCode;

  public ImageException(ImageErrorCode errorCode, String message) {
    this(errorCode, message, null);
  }

  public ImageException(ImageErrorCode errorCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.errorCode = errorCode;
  }

  /** Returns the stable code of the error. */
  public ImageErrorCode errorCode() {
    return errorCode;
  }
}
