package io.groundstream.images;

/**
 * An image in the process that decodes HEIF. It is opened, decoded once and then read row by row.
 * It holds native memory until it is closed, and is not thread-safe.
 */
interface HeifImage extends AutoCloseable {
  /**
   * Decodes the image, unless the size that its file states is too large.
   *
   * @throws HeifRejectedException if the image is too large or cannot be decoded
   */
  void decode(long maxPixels) throws HeifRejectedException;

  int width();

  int height();

  /** Returns the orientation still to be applied, as Exif's value from 1 to 8. */
  int orientation();

  boolean hasAlpha();

  /** Returns the ICC profile; empty if there is none or it is too large. */
  byte[] profile();

  /** Writes the pixels of a row, three bytes each. */
  void readRgb(int y, byte[] row);

  /** Writes the opacity of a row's pixels, one byte each, where 255 is opaque. */
  void readAlpha(int y, byte[] row);

  @Override
  void close();
}
