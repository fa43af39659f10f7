package io.groundstream.images.benchmark;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Makes images with about as much detail as photographs: noise at every scale, 2.8 bits per pixel
 * as JPEG of quality 90; the same each time.
 */
final class BenchmarkImages {
  private static final Pattern NAME = Pattern.compile("(jpeg|png)-(\\d{1,5})x(\\d{1,5})");

  private BenchmarkImages() {}

  /**
   * Returns the bytes of an image file.
   *
   * @param name format, width and height, as in {@code jpeg-640x480}. Images in jpeg (4:2:0,
   *     quality 90) and png are drawn here; {@code webp-640x480} (lossy, quality 80, the same
   *     drawing) is a stored file, since no encoder for WebP is available here
   */
  static byte[] encode(String name) throws IOException {
    if (name.equals("webp-640x480")) {
      return stored("/benchmark/640x480.webp");
    }
    Matcher parts = NAME.matcher(name);
    if (!parts.matches()) {
      throw new IOException(name + ": no such image (expected: jpeg-WxH, png-WxH or webp-640x480)");
    }
    String format = parts.group(1);
    int width = Integer.parseInt(parts.group(2));
    int height = Integer.parseInt(parts.group(3));
    BufferedImage image = draw(width, height);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ImageWriter writer = ImageIO.getImageWritersByFormatName(format).next();
    try (ImageOutputStream output = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(output);
      ImageWriteParam options = writer.getDefaultWriteParam();
      if (format.equals("jpeg")) {
        options.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        options.setCompressionQuality(0.9f);
      }
      writer.write(null, new IIOImage(image, null, null), options);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  private static byte[] stored(String name) throws IOException {
    try (InputStream input = BenchmarkImages.class.getResourceAsStream(name)) {
      if (input == null) {
        throw new IOException(name + ": not found (expected: among the tests' resources)");
      }
      return input.readAllBytes();
    }
  }

  private static BufferedImage draw(int width, int height) {
    float[] light = noise(width, height, 70, 1);
    float[] warm = noise(width, height, 30, 2);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        float bright = 128 + light[y * width + x];
        float tint = warm[y * width + x];
        int rgb = level(bright + tint) << 16 | level(bright) << 8 | level(bright - tint);
        image.setRGB(x, y, rgb);
      }
    }
    return image;
  }

  private static int level(float value) {
    return Math.max(0, Math.min(255, Math.round(value)));
  }

  /** Sums random grids, each twice as fine and 0.75 times as strong as the previous one. */
  private static float[] noise(int width, int height, float strongest, long seed) {
    Random random = new Random(seed);
    float[] sum = new float[width * height];
    float strength = strongest;
    for (int step = 256; step >= 1; step /= 2, strength *= 0.75f) {
      int across = width / step + 2;
      float[] grid = new float[across * (height / step + 2)];
      for (int index = 0; index < grid.length; index++) {
        grid[index] = (float) random.nextGaussian() * strength;
      }
      for (int y = 0; y < height; y++) {
        float down = (float) (y % step) / step;
        for (int x = 0; x < width; x++) {
          float right = (float) (x % step) / step;
          int corner = y / step * across + x / step;
          float upper = grid[corner] + right * (grid[corner + 1] - grid[corner]);
          int below = corner + across;
          float lower = grid[below] + right * (grid[below + 1] - grid[below]);
          sum[y * width + x] += upper + down * (lower - upper);
        }
      }
    }
    return sum;
  }
}
