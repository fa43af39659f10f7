package io.groundstream.kosmos2.checkpoint;

import java.util.Arrays;

/**
 * The preprocessing of images for the network: resize to a square, multiply the levels (0 to 255)
 * by {@code rescaleFactor}, then subtract the mean and divide by the standard deviation per
 * channel.
 *
 * @param size width and height of the square in pixels, the vision encoder's image size
 * @param mean the mean per channel, red first
 * @param std the standard deviation per channel, red first; positive
 * @param rescaleFactor the factor of the levels; positive, commonly 1/255
 * @param resampling how the image is resized
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by value
public record ImageProcessing(
    int size, double[] mean, double[] std, double rescaleFactor, Resampling resampling) {

  public ImageProcessing {
    mean = mean.clone();
    std = std.clone();
  }

  @Override
  public double[] mean() {
    return mean.clone();
  }

  @Override
  public double[] std() {
    return std.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImageProcessing that
        && size == that.size
        && Arrays.equals(mean, that.mean)
        && Arrays.equals(std, that.std)
        && rescaleFactor == that.rescaleFactor
        && resampling == that.resampling;
  }

  @Override
  public int hashCode() {
    return 31 * (31 * size + Arrays.hashCode(mean)) + Arrays.hashCode(std);
  }

  @Override
  public String toString() {
    return "ImageProcessing[size=%d, mean=%s, std=%s, rescaleFactor=%s, resampling=%s]"
        .formatted(size, Arrays.toString(mean), Arrays.toString(std), rescaleFactor, resampling);
  }
}
