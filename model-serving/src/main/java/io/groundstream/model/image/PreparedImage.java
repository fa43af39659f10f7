package io.groundstream.model.image;

/**
 * A picture as the network takes it.
 *
 * <p>The pixels are float32 in the order channel (red, green, blue), row, column; {@code 3 * size *
 * size} of them, scaled and normalised. They are not copied on the way in or out; who receives them
 * must not write to them.
 */
public final class PreparedImage {
  private final int width;
  private final int height;
  private final float[] pixels;

  /**
   * Wraps pixels without copying them.
   *
   * @param width the width of the picture, after orientation and before resizing
   * @param height the height of the picture, after orientation and before resizing
   */
  public PreparedImage(int width, int height, float[] pixels) {
    this.width = width;
    this.height = height;
    this.pixels = pixels;
  }

  /** Returns the width of the picture, after orientation and before resizing. */
  public int width() {
    return width;
  }

  /** Returns the height of the picture, after orientation and before resizing. */
  public int height() {
    return height;
  }

  /** Returns the normalised pixels themselves, not a copy. */
  public float[] pixels() {
    return pixels;
  }
}
