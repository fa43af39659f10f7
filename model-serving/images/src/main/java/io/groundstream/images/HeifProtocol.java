package io.groundstream.images;

/**
 * What passes between this process and those that decode HEIF; numbers are big-endian.
 *
 * <p>A process first says {@link #HELLO} and two texts: why it cannot decode AVIF, and why not
 * HEIC; a text is empty where it can, or where that is not wanted.
 *
 * <p>A request is {@link #REQUEST}, a byte each for AVIF (else HEIC), alpha and profile wanted; the
 * most pixels (8 bytes), the most CPU time in milliseconds (8 bytes), the number of bytes (4 bytes)
 * and the picture's bytes.
 *
 * <p>An answer is {@link #ANSWER} and a status. After {@link #OK}: width, height, orientation in
 * Exif's values, the length of alpha and that of the profile (4 bytes each), RGB, alpha, profile,
 * and {@link #END}. After any other status: width and height (0 where they say nothing) and a text.
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
