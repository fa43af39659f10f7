package io.groundstream.kosmos2.program;

import io.groundstream.kosmos2.checkpoint.ImageProcessing;

/**
 * How an image's levels are normalised by the network's first layer. The program takes a level
 * {@code l} of 0 to 255 as {@code u = l - 128}, which every number format holds exactly; what is
 * left of the normalisation is linear, and becomes part of the weights: {@code factor * u +
 * offset}, per channel.
 */
@SuppressWarnings("ArrayRecordComponent") // made for one reader
record PixelScale(float[] factors, float[] offsets) {
  private static final double MIDDLE = 128;

  /**
   * @throws IllegalArgumentException if mean and deviation are not those of so many channels
   */
  static PixelScale of(ImageProcessing processing, int channels) {
    double[] mean = processing.mean();
    double[] std = processing.std();
    if (mean.length != channels || std.length != channels) {
      throw new IllegalArgumentException(
          "mean, std: %d, %d values (expected: %d, one a channel)"
              .formatted(mean.length, std.length, channels));
    }
    float[] factors = new float[channels];
    float[] offsets = new float[channels];
    for (int channel = 0; channel < channels; channel++) {
      factors[channel] = (float) (processing.rescaleFactor() / std[channel]);
      offsets[channel] =
          (float) ((MIDDLE * processing.rescaleFactor() - mean[channel]) / std[channel]);
    }
    return new PixelScale(factors, offsets);
  }
}
