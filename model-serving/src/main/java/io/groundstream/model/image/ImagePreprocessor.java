package io.groundstream.model.image;

import io.groundstream.model.checkpoint.ImageProcessing;

/**
 * Turns pictures into the network's input, as the checkpoint's processing configuration says:
 * resized to a square without keeping the aspect ratio, scaled, normalised per channel.
 *
 * <p>Safe for use by many threads.
 */
public final class ImagePreprocessor {
  private final int size;
  private final float[][] levels;

  /**
   * Creates a preprocessor.
   *
   * @throws IllegalArgumentException if there are not three means and three deviations
   */
  public ImagePreprocessor(ImageProcessing config) {
    double[] mean = config.mean();
    double[] std = config.std();
    if (mean.length != 3 || std.length != 3) {
      throw new IllegalArgumentException(
          "mean, std: " + mean.length + ", " + std.length + " values (expected: 3, 3)");
    }
    this.size = config.size();
    // There are only 256 levels: what each becomes is computed once, in double precision.
    this.levels = new float[3][256];
    for (int channel = 0; channel < 3; channel++) {
      for (int level = 0; level < 256; level++) {
        levels[channel][level] =
            (float) ((level * config.rescaleFactor() - mean[channel]) / std[channel]);
      }
    }
  }

  /** Resizes and normalises a picture. */
  public PreparedImage prepare(DecodedImage image) {
    byte[] rgb = resize(image).rgb();
    int plane = size * size;
    float[] pixels = new float[3 * plane];
    float[] red = levels[0];
    float[] green = levels[1];
    float[] blue = levels[2];
    for (int index = 0, in = 0; index < plane; index++, in += 3) {
      pixels[index] = red[rgb[in] & 0xff];
      pixels[plane + index] = green[rgb[in + 1] & 0xff];
      pixels[2 * plane + index] = blue[rgb[in + 2] & 0xff];
    }
    return new PreparedImage(image.width(), image.height(), pixels);
  }

  /** Resizes a picture to the network's square, 8 bits a sample. */
  public DecodedImage resize(DecodedImage image) {
    return BicubicResampler.resize(image, size, size);
  }
}
