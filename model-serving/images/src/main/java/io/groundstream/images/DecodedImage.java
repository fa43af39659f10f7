package io.groundstream.images;

/**
 * A picture as people see it: 8-bit RGB, upright.
 *
 * <p>Its pixels are interleaved rows from top to bottom, three bytes a pixel. The array is not
 * copied on the way in or out, because pictures are large; who receives it must not write to it.
 */
public final class DecodedImage {
  private final int width;
  private final int height;
  private final byte[] rgb;
  private final int orientation;

  /**
   * Wraps pixels without copying them.
   *
   * @throws IllegalArgumentException if {@code rgb} is not {@code 3 * width * height} long
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

  /** Returns this picture, which was turned as an orientation said; the pixels are not copied. */
  DecodedImage turnedBy(int said) {
    return new DecodedImage(width, height, rgb, said);
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
   * Returns the orientation that was applied to the stored pixels, in Exif's values 1 to 8; 0 where
   * the file does not say.
   */
  public int orientation() {
    return orientation;
  }

  /** Returns the pixels themselves, not a copy. */
  public byte[] rgb() {
    return rgb;
  }
}
