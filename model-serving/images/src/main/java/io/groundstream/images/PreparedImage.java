package io.groundstream.images;

/**
 * An image in the form of the network's input.
 *
 * <p>It has {@code size * size * 3} levels of 8 bits in the order row, column, channel (red, green,
 * blue). The network's first layer scales and normalises them, so that a waiting image takes a
 * quarter of the memory of normalised numbers. The levels are not copied; callers must not modify
 * them.
 */
public final class PreparedImage {
  /** The first of Exif's values that swap width and height. */
  private static final int FIRST_ON_ITS_SIDE = 5;

  private final int width;
  private final int height;
  private final byte[] levels;
  private final int orientation;

  /**
   * Creates an image without an orientation, wrapping its levels without copying them.
   *
   * @param width the width of the image in pixels, after orientation and before resizing
   * @param height the height of the image in pixels, after orientation and before resizing
   */
  public PreparedImage(int width, int height, byte[] levels) {
    this(width, height, levels, 0);
  }

  /**
   * Creates an image, wrapping its levels without copying them.
   *
   * @param width the width of the image in pixels, after orientation and before resizing
   * @param height the height of the image in pixels, after orientation and before resizing
   * @param orientation the orientation that was applied, as Exif's value; 0 if the file has none
   */
  public PreparedImage(int width, int height, byte[] levels, int orientation) {
    this.orientation = orientation;
    this.width = width;
    this.height = height;
    this.levels = levels;
  }

  /** Returns the width in pixels, after orientation and before resizing. */
  public int width() {
    return width;
  }

  /** Returns the height in pixels, after orientation and before resizing. */
  public int height() {
    return height;
  }

  /** Returns the width in pixels in the file, before orientation. */
  public int storedWidth() {
    return orientation >= FIRST_ON_ITS_SIDE ? height : width;
  }

  /** Returns the height in pixels in the file, before orientation. */
  public int storedHeight() {
    return orientation >= FIRST_ON_ITS_SIDE ? width : height;
  }

  /** Returns the file's orientation as Exif's value from 1 to 8, or 0 if it has none. */
  public int orientation() {
    return orientation;
  }

  /** Returns the levels; not a copy. */
  public byte[] levels() {
    return levels;
  }
}
