package io.groundstream.images;

/**
 * The error codes of images. They appear in dead letters and in the command line's answers. A
 * released code keeps its name and meaning.
 */
public enum ImageErrorCode {
  /** The image has no bytes. */
  IMAGE_EMPTY("image-empty", false),
  /** The bytes are not of any known image format. */
  IMAGE_FORMAT_UNKNOWN("image-format-unknown", false),
  /** The bytes are of a known image format that is not decoded. */
  IMAGE_FORMAT_UNSUPPORTED("image-format-unsupported", false),
  /** The image ends before its last pixel. */
  IMAGE_TRUNCATED("image-truncated", false),
  /** The image's bytes contradict its format. */
  IMAGE_CORRUPT("image-corrupt", false),
  /** The encoded image has more bytes than allowed. */
  IMAGE_TOO_LARGE("image-too-large", false),
  /** The image has more pixels than allowed. */
  IMAGE_TOO_MANY_PIXELS("image-too-many-pixels", false),
  /** Decoding the image takes longer than allowed. */
  DECODING_TIMEOUT("decoding-timeout", false),
  /** There was not enough memory to decode the image, at least at that moment. */
  DECODING_OUT_OF_MEMORY("decoding-out-of-memory", true),
  /** The image broke the process that decodes AVIF and HEIC. */
  DECODER_FAILED("decoder-failed", false),
  /** The process that decodes AVIF and HEIC could not be started. */
  DECODER_UNAVAILABLE("decoder-unavailable", true);

  private final String code;
  private final boolean retryable;

  ImageErrorCode(String code, boolean retryable) {
    this.code = code;
    this.retryable = retryable;
  }

  /** Returns the stable code in kebab-case, such as {@code image-truncated}. */
  public String code() {
    return code;
  }

  /** Returns whether a later attempt with the same bytes may succeed. */
  public boolean retryable() {
    return retryable;
  }
}
