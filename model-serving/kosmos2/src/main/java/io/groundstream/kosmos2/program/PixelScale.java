package io.groundstream.kosmos2.program;

import io.groundstream.kosmos2.checkpoint.ImageProcessing;

/**
 * The normalisation of image levels by the network's first layer. The program maps a level {@code
 * l} from 0 to 255 to {@code u = l - 128}, which is exact in every number format; the rest of the
 * normalisation is linear, {@code factor * u + offset} per channel, and is folded into the weights.
 */
@SuppressWarnings("ArrayRecordComponent") // internal, never compared
record PixelScale(float[] factors, float[] offsets) {
  private static final double MIDDLE = 128;

  /**
   * @throws IllegalArgumentException if mean and deviation do not have {@code channels} values
   */
  static PixelScale of(ImageProcessing processing, int channels) {
    double[] mean = processing.mean();
    double[] std = processing.std();
    if (mean.length != channels || std.length != channels) {
      throw new IllegalArgumentException(
          "mean, std: %d, %d values (expected: %d, one per channel)"
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
