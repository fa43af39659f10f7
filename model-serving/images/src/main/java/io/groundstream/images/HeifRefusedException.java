package io.groundstream.images;

/** A picture that cannot be decoded, as {@link HeifProtocol} has it. */
final class HeifRefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final int width;
  private final int height;

  HeifRefusedException(int status, String message) {
    this(status, message, 0, 0);
  }

  private HeifRefusedException(int status, String message, int width, int height) {
    super(message);
    this.status = status;
    this.width = width;
    this.height = height;
  }

  /** Refuses a size that the limit does not allow. */
  static void checkSize(long width, long height, long maxPixels) throws HeifRefusedException {
    if (width <= 0 || height <= 0 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw new HeifRefusedException(HeifProtocol.CORRUPT, "size: " + width + " x " + height);
    }
    if (width > maxPixels / height) {
      throw new HeifRefusedException(HeifProtocol.TOO_MANY_PIXELS, "", (int) width, (int) height);
    }
  }

  int status() {
    return status;
  }

  /** Returns the width that is too much; 0 if that is not what is wrong. */
  int width() {
    return width;
  }

  int height() {
    return height;
  }
}
