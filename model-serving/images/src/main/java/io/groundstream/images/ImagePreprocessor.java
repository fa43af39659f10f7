package io.groundstream.images;

/**
 * Resizes images to the network's input: a square, by bicubic interpolation, without keeping the
 * aspect ratio. The network itself normalises the values.
 *
 * <p>Thread-safe.
 */
public final class ImagePreprocessor {
  private final int size;

  /**
   * Creates a preprocessor.
   *
   * @param size width and height in pixels of the square that the vision encoder expects
   */
  public ImagePreprocessor(int size) {
    this.size = size;
  }

  /** Resizes an image; the result shares the pixels of an image that already has the right size. */
  public PreparedImage prepare(DecodedImage image) {
    return new PreparedImage(
        image.width(), image.height(), resize(image).rgb(), image.orientation());
  }

  /** Resizes an image to the network's square, with 8 bits per sample. */
  public DecodedImage resize(DecodedImage image) {
    return BicubicResampler.resize(image, size, size);
  }
}
