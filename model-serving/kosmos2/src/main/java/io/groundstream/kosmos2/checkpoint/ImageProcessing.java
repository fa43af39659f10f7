package io.groundstream.kosmos2.checkpoint;

import java.util.Arrays;

/**
 * How an image becomes the network's input: resized to a square, its levels (0 to 255) multiplied
 * by {@code rescaleFactor}, then per channel the mean subtracted and divided by the deviation.
 *
 * @param size width and height of the square in pixels, the vision encoder's image size
 * @param mean one value per channel, red first
 * @param std one positive value per channel, red first
 * @param rescaleFactor positive, commonly 1/255
 * @param resampling how the image is resized
 */
@SuppressWarnings("ArrayRecordComponent") // copied on the way in and out, compared by value
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
