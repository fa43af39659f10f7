package io.groundstream.images;

/** Thrown when an image cannot be decoded, with a status of {@link HeifProtocol}. */
final class HeifRejectedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final int width;
  private final int height;

  HeifRejectedException(int status, String message) {
    this(status, message, 0, 0);
  }

  private HeifRejectedException(int status, String message, int width, int height) {
    super(message);
    this.status = status;
    this.width = width;
    this.height = height;
  }

  /**
   * Checks the size of an image.
   *
   * @throws HeifRejectedException if a side is not positive or there are more pixels than allowed
   */
  static void checkSize(long width, long height, long maxPixels) throws HeifRejectedException {
    if (width <= 0 || height <= 0 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw new HeifRejectedException(HeifProtocol.CORRUPT, "size: " + width + " x " + height);
    }
    if (width > maxPixels / height) {
      throw new HeifRejectedException(HeifProtocol.TOO_MANY_PIXELS, "", (int) width, (int) height);
    }
  }

  int status() {
    return status;
  }

  /** Returns the width if the image has too many pixels, and otherwise 0. */
  int width() {
    return width;
  }

  int height() {
    return height;
  }
}
