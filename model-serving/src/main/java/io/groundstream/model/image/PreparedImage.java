package io.groundstream.model.image;

/**
 * A picture as the network takes it.
 *
 * <p>The levels are 8 bits each in the order row, column, channel (red, green, blue); {@code size *
 * size * 3} of them. The network's own first layer scales and normalises them, so that a picture
 * that waits takes a quarter of what normalised numbers would. They are not copied on the way in or
 * out; who receives them must not write to them.
 */
public final class PreparedImage {
  private final int width;
  private final int height;
  private final byte[] levels;

  /**
   * Wraps levels without copying them.
   *
   * @param width the width of the picture, after orientation and before resizing
   * @param height the height of the picture, after orientation and before resizing
   */
  public PreparedImage(int width, int height, byte[] levels) {
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

  /** Returns the levels themselves, not a copy. */
  public byte[] levels() {
    return levels;
  }
}
