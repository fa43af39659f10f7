package io.groundstream.images;

/**
 * The protocol between this process and the processes that decode HEIF; numbers are big-endian.
 *
 * <p>A process first sends {@link #HELLO} and two texts: why it cannot decode AVIF, and why it
 * cannot decode HEIC. A text is empty if the process can decode the format or need not.
 *
 * <p>A request is {@link #REQUEST}; one byte each for AVIF (otherwise HEIC), for alpha wanted and
 * for profile wanted; the pixel limit (8 bytes); the limit of CPU time in milliseconds (8 bytes);
 * the number of bytes (4 bytes); and the bytes of the image.
 *
 * <p>An answer is {@link #ANSWER}, a status byte, width and height (4 bytes each). After {@link
 * #OK} follow the orientation as Exif's value, the length of alpha and that of the profile (4 bytes
 * each), RGB, alpha, profile, and {@link #END}. After any other status follows a text, and width
 * and height are 0 unless they are the reason.
 */
final class HeifProtocol {
  static final int HELLO = 0x47534831;
  static final int REQUEST = 0x47535231;
  static final int ANSWER = 0x47534131;
  static final int END = 0x47534531;

  static final int OK = 0;
  static final int CORRUPT = 1;
  static final int TRUNCATED = 2;
  static final int TOO_MANY_PIXELS = 3;
  static final int OUT_OF_MEMORY = 4;
  static final int UNSUPPORTED = 5;

  private HeifProtocol() {}
}
