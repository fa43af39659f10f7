package io.groundstream.images;

/**
 * One picture in the process that decodes HEIF: opened, and read once it was decoded. It belongs to
 * one thread and to native memory, until it is closed.
 */
interface HeifPicture extends AutoCloseable {
  /**
   * Decodes the picture, unless what its file says of it is too large.
   *
   * @throws HeifRefusedException if it cannot be decoded
   */
  void decode(long maxPixels) throws HeifRefusedException;

  int width();

  int height();

  /** Returns how it is to be turned after that, in Exif's values. */
  int orientation();

  boolean hasAlpha();

  /** Returns its ICC profile; empty if it has none that may be used. */
  byte[] profile();

  /** Writes a row's pixels, three bytes each. */
  void readRgb(int y, byte[] row);

  /** Writes how opaque a row's pixels are, a byte each. */
  void readAlpha(int y, byte[] row);

  @Override
  void close();
}
