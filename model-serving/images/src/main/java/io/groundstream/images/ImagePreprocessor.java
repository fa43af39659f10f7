package io.groundstream.images;

/**
 * Turns images into the network's input: resized bicubically to a square, without keeping the
 * aspect ratio. The network itself normalises.
 *
 * <p>Safe for use by many threads.
 */
public final class ImagePreprocessor {
  private final int size;

  /**
   * @param size width and height of the square in pixels, as the vision encoder takes it
   */
  public ImagePreprocessor(int size) {
    this.size = size;
  }

  /** Resizes a picture; the result may share the memory of one that has the right size already. */
  public PreparedImage prepare(DecodedImage image) {
    return new PreparedImage(
        image.width(), image.height(), resize(image).rgb(), image.orientation());
  }

  /** Resizes a picture to the network's square, 8 bits a sample. */
  public DecodedImage resize(DecodedImage image) {
    return BicubicResampler.resize(image, size, size);
  }
}
