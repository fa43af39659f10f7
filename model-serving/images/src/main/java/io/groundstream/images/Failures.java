package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/** Creates the exceptions for images that cannot be decoded. */
final class Failures {
  private Failures() {}

  static ImageException unknownFormat(String message) {
    return new ImageException(ImageErrorCode.IMAGE_FORMAT_UNKNOWN, message);
  }

  /** Returns the exception for a known format, or a variant of one, that cannot be decoded. */
  static ImageException unsupportedFormat(String message) {
    return new ImageException(ImageErrorCode.IMAGE_FORMAT_UNSUPPORTED, message);
  }

  static ImageException truncated(String message) {
    return new ImageException(ImageErrorCode.IMAGE_TRUNCATED, message);
  }

  static ImageException corrupt(String message) {
    return corrupt(message, null);
  }

  static ImageException corrupt(String message, @Nullable Throwable cause) {
    return new ImageException(ImageErrorCode.IMAGE_CORRUPT, message, cause);
  }

  /**
   * Returns whether a failure means missing or damaged data, so that the pixels before may be used.
   */
  static boolean isDamage(ImageException failure) {
    return failure.errorCode() == ImageErrorCode.IMAGE_TRUNCATED
        || failure.errorCode() == ImageErrorCode.IMAGE_CORRUPT;
  }
}
