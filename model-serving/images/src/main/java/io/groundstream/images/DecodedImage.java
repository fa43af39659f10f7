package io.groundstream.images;

/**
 * A decoded image in 8-bit RGB, upright.
 *
 * <p>Its pixels are interleaved rows from top to bottom, three bytes per pixel. The array is
 * neither copied on creation nor by {@link #rgb()}, because images are large; callers must not
 * modify it.
 */
public final class DecodedImage {
  private final int width;
  private final int height;
  private final byte[] rgb;
  private final int orientation;

  /**
   * Creates an image that wraps pixels without copying them.
   *
   * @throws IllegalArgumentException if a side is not positive, or the length of {@code rgb} is not
   *     {@code 3 * width * height}
   */
  public DecodedImage(int width, int height, byte[] rgb) {
    this(width, height, rgb, 0);
  }

  private DecodedImage(int width, int height, byte[] rgb, int orientation) {
    if (width <= 0 || height <= 0) {
      throw new IllegalArgumentException(
          "width x height: " + width + " x " + height + " (expected: > 0)");
    }
    if (rgb.length != 3L * width * height) {
      throw new IllegalArgumentException(
          "rgb.length: " + rgb.length + " (expected: 3 * " + width + " * " + height + ")");
    }
    this.width = width;
    this.height = height;
    this.rgb = rgb;
    this.orientation = orientation;
  }

  /** Returns this image with the orientation that was applied to it; the pixels are shared. */
  DecodedImage turnedBy(int applied) {
    return new DecodedImage(width, height, rgb, applied);
  }

  /** Returns the width in pixels, after the orientation was applied. */
  public int width() {
    return width;
  }

  /** Returns the height in pixels, after the orientation was applied. */
  public int height() {
    return height;
  }

  /**
   * Returns the orientation that was applied to the stored pixels, as Exif's value from 1 to 8, or
   * 0 if the file has none.
   */
  public int orientation() {
    return orientation;
  }

  /** Returns the pixels; not a copy. */
  public byte[] rgb() {
    return rgb;
  }
}
