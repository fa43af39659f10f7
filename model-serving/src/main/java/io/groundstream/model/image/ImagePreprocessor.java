package io.groundstream.model.image;

import io.groundstream.model.checkpoint.ImageProcessing;

/**
 * Turns pictures into the network's input, as the checkpoint's processing configuration says:
 * resized to a square without keeping the aspect ratio. The network itself normalises.
 *
 * <p>Safe for use by many threads.
 */
public final class ImagePreprocessor {
  private final int size;

  /** Creates a preprocessor. */
  public ImagePreprocessor(ImageProcessing config) {
    this.size = config.size();
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
