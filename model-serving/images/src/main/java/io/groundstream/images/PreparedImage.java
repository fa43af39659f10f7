package io.groundstream.images;

/**
 * A picture as the network takes it.
 *
 * <p>The levels are 8 bits each in the order row, column, channel (red, green, blue); {@code size *
 * size * 3} of them. The network's own first layer scales and normalises them, so that a picture
 * that waits takes a quarter of what normalised numbers would. They are not copied on the way in or
 * out; who receives them must not write to them.
 */
public final class PreparedImage {
  /** From this of Exif's values on, width and height are exchanged. */
  private static final int FIRST_ON_ITS_SIDE = 5;

  private final int width;
  private final int height;
  private final byte[] levels;
  private final int orientation;

  /**
   * Wraps levels without copying them.
   *
   * @param width the width of the picture, after orientation and before resizing
   * @param height the height of the picture, after orientation and before resizing
   */
  public PreparedImage(int width, int height, byte[] levels) {
    this(width, height, levels, 0);
  }

  /**
   * Wraps levels of a picture that was turned, without copying them.
   *
   * @param orientation how, in Exif's values; 0 where the file does not say
   */
  public PreparedImage(int width, int height, byte[] levels, int orientation) {
    this.orientation = orientation;
    this.width = width;
    this.height = height;
    this.levels = levels;
  }

  /** Returns the width of the picture, after orientation and before resizing. */
  public int width() {
    return width;
  }

  /** Returns the height of the picture, after orientation and before resizing. */
  public int height() {
    return height;
  }

  /** Returns the width of the pixels in the file, before orientation. */
  public int storedWidth() {
    return orientation >= FIRST_ON_ITS_SIDE ? height : width;
  }

  /** Returns the height of the pixels in the file, before orientation. */
  public int storedHeight() {
    return orientation >= FIRST_ON_ITS_SIDE ? width : height;
  }

  /** Returns the orientation in the file, in Exif's values 1 to 8; 0 where it does not say. */
  public int orientation() {
    return orientation;
  }

  /** Returns the levels themselves, not a copy. */
  public byte[] levels() {
    return levels;
  }
}
