package io.groundstream.model.image;

import io.groundstream.model.GroundingErrorCode;
import io.groundstream.model.GroundingException;
import org.jspecify.annotations.Nullable;

/** The ways in which a picture's bytes can be wrong, as exceptions. */
final class Failures {
  private Failures() {}

  static GroundingException unknownFormat(String message) {
    return new GroundingException(GroundingErrorCode.IMAGE_FORMAT_UNKNOWN, message);
  }

  /** A format, or a kind of one, that is known by name and cannot be decoded. */
  static GroundingException unsupportedFormat(String message) {
    return new GroundingException(GroundingErrorCode.IMAGE_FORMAT_UNSUPPORTED, message);
  }

  static GroundingException truncated(String message) {
    return new GroundingException(GroundingErrorCode.IMAGE_TRUNCATED, message);
  }

  static GroundingException corrupt(String message) {
    return corrupt(message, null);
  }

  static GroundingException corrupt(String message, @Nullable Throwable cause) {
    return new GroundingException(GroundingErrorCode.IMAGE_CORRUPT, message, cause);
  }

  /**
   * Whether a failure says that data are missing or damaged, so that what came before may serve.
   */
  static boolean isDamage(GroundingException failure) {
    return failure.errorCode() == GroundingErrorCode.IMAGE_TRUNCATED
        || failure.errorCode() == GroundingErrorCode.IMAGE_CORRUPT;
  }
}
