package io.groundstream.model.image;

/**
 * Resizes 8-bit RGB exactly as Pillow's {@code Image.resize} with {@code BICUBIC} does: Keys' cubic
 * convolution with a = −0.5 (R. G. Keys, "Cubic convolution interpolation for digital image
 * processing", 1981), widened by the scale when shrinking so that it antialiases, in two passes,
 * first along rows and then along columns, with fixed-point coefficients of 22 bits and a result
 * rounded to 8 bits after each pass.
 *
 * <p>Stateless; safe for use by many threads.
 */
final class BicubicResampler {
  private static final double SUPPORT = 2.0;
  private static final int PRECISION_BITS = 22;
  private static final int ROUNDING = 1 << (PRECISION_BITS - 1);

  private BicubicResampler() {}

  static DecodedImage resize(DecodedImage image, int width, int height) {
    byte[] pixels = image.rgb();
    if (width != image.width()) {
      pixels = resizeRows(pixels, image.width(), image.height(), width);
    }
    if (height != image.height()) {
      pixels = resizeColumns(pixels, width, image.height(), height);
    }
    return new DecodedImage(width, height, pixels == image.rgb() ? pixels.clone() : pixels);
  }

  private static byte[] resizeRows(byte[] source, int sourceWidth, int height, int width) {
    Kernel kernel = Kernel.of(sourceWidth, width);
    byte[] target = new byte[3 * width * height];
    int[] coefficients = kernel.coefficients;
    int out = 0;
    for (int y = 0; y < height; y++) {
      int rowStart = 3 * sourceWidth * y;
      for (int x = 0; x < width; x++, out += 3) {
        int red = ROUNDING;
        int green = ROUNDING;
        int blue = ROUNDING;
        int in = rowStart + 3 * kernel.first[x];
        int tap = x * kernel.length;
        for (int last = tap + kernel.count[x]; tap < last; tap++, in += 3) {
          int coefficient = coefficients[tap];
          red += (source[in] & 0xff) * coefficient;
          green += (source[in + 1] & 0xff) * coefficient;
          blue += (source[in + 2] & 0xff) * coefficient;
        }
        target[out] = clamp(red);
        target[out + 1] = clamp(green);
        target[out + 2] = clamp(blue);
      }
    }
    return target;
  }

  private static byte[] resizeColumns(byte[] source, int width, int sourceHeight, int height) {
    Kernel kernel = Kernel.of(sourceHeight, height);
    int rowLength = 3 * width;
    byte[] target = new byte[rowLength * height];
    int[] sums = new int[rowLength];
    for (int y = 0; y < height; y++) {
      java.util.Arrays.fill(sums, ROUNDING);
      // Row by row, so that memory is walked through in order.
      for (int tap = 0; tap < kernel.count[y]; tap++) {
        int coefficient = kernel.coefficients[y * kernel.length + tap];
        int in = (kernel.first[y] + tap) * rowLength;
        for (int index = 0; index < rowLength; index++) {
          sums[index] += (source[in + index] & 0xff) * coefficient;
        }
      }
      int out = y * rowLength;
      for (int index = 0; index < rowLength; index++) {
        target[out + index] = clamp(sums[index]);
      }
    }
    return target;
  }

  private static byte clamp(int sum) {
    int level = sum >> PRECISION_BITS;
    return (byte) (level < 0 ? 0 : Math.min(level, 255));
  }

  private static double cubic(double distance) {
    double x = Math.abs(distance);
    double a = -0.5;
    if (x < 1.0) {
      return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
    }
    if (x < 2.0) {
      return (((x - 5) * x + 8) * x - 4) * a;
    }
    return 0.0;
  }

  /**
   * For each place along one axis of the result: the first of its neighbours in the source, how
   * many there are, and their weights, {@code length} apart.
   */
  private record Kernel(int length, int[] first, int[] count, int[] coefficients) {
    static Kernel of(int sourceSize, int size) {
      double scale = (double) sourceSize / size;
      double filterScale = Math.max(scale, 1.0);
      double support = SUPPORT * filterScale;
      int length = (int) Math.ceil(support) * 2 + 1;
      int[] first = new int[size];
      int[] count = new int[size];
      int[] coefficients = new int[Math.multiplyExact(size, length)];
      double[] weights = new double[length];
      for (int place = 0; place < size; place++) {
        double center = (place + 0.5) * scale;
        int from = Math.max(0, (int) (center - support + 0.5));
        int until = Math.min(sourceSize, (int) (center + support + 0.5));
        double sum = 0;
        for (int index = from; index < until; index++) {
          double weight = cubic((index - center + 0.5) * (1.0 / filterScale));
          weights[index - from] = weight;
          sum += weight;
        }
        first[place] = from;
        count[place] = until - from;
        for (int index = 0; index < until - from; index++) {
          double weight = sum == 0 ? weights[index] : weights[index] / sum;
          coefficients[place * length + index] = fixed(weight);
        }
      }
      return new Kernel(length, first, count, coefficients);
    }

    private static int fixed(double weight) {
      double scaled = weight * (1 << PRECISION_BITS);
      return (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
    }
  }
}
