package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/** The ways in which a picture's bytes can be wrong, as exceptions. */
final class Failures {
  private Failures() {}

  static ImageException unknownFormat(String message) {
    return new ImageException(ImageErrorCode.IMAGE_FORMAT_UNKNOWN, message);
  }

  /** A format, or a kind of one, that is known by name and cannot be decoded. */
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
   * Whether a failure says that data are missing or damaged, so that what came before may serve.
   */
  static boolean isDamage(ImageException failure) {
    return failure.errorCode() == ImageErrorCode.IMAGE_TRUNCATED
        || failure.errorCode() == ImageErrorCode.IMAGE_CORRUPT;
  }
}
