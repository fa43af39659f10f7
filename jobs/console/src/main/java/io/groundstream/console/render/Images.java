package io.groundstream.console.render;

import io.groundstream.images.DecodedImage;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** Images in the form that Java2D draws on. */
final class Images {
  private Images() {}

  static BufferedImage toBufferedImage(DecodedImage image) {
    int width = image.width();
    BufferedImage result = new BufferedImage(width, image.height(), BufferedImage.TYPE_INT_RGB);
    int[] row = new int[width];
    byte[] rgb = image.rgb();
    for (int y = 0, in = 0; y < image.height(); y++) {
      for (int x = 0; x < width; x++, in += 3) {
        row[x] = (rgb[in] & 0xff) << 16 | (rgb[in + 1] & 0xff) << 8 | (rgb[in + 2] & 0xff);
      }
      result.getRaster().setDataElements(0, y, width, 1, row);
    }
    return result;
  }

  /** Scales both sides; when shrinking, by halves first, so that nothing is skipped. */
  static BufferedImage scale(BufferedImage image, double scale) {
    BufferedImage current = image;
    double left = scale;
    while (left < 0.5 && current.getWidth() > 1 && current.getHeight() > 1) {
      current = draw(current, (current.getWidth() + 1) / 2, (current.getHeight() + 1) / 2);
      left *= 2;
    }
    int width = Math.max(1, (int) Math.round(image.getWidth() * scale));
    int height = Math.max(1, (int) Math.round(image.getHeight() * scale));
    return draw(current, width, height);
  }

  private static BufferedImage draw(BufferedImage image, int width, int height) {
    BufferedImage result = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = result.createGraphics();
    try {
      boolean larger = width > image.getWidth();
      graphics.setRenderingHint(
          RenderingHints.KEY_INTERPOLATION,
          larger
              ? RenderingHints.VALUE_INTERPOLATION_BICUBIC
              : RenderingHints.VALUE_INTERPOLATION_BILINEAR);
      graphics.drawImage(image, 0, 0, width, height, null);
    } finally {
      graphics.dispose();
    }
    return result;
  }
}
