package io.groundstream.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Compares images of random sizes, contents and qualities with the JDK's decoder, if that is the
 * system's libjpeg-turbo, as in the JDKs of Debian and Ubuntu.
 */
class JdkJpegTest {
  private static final int IMAGES = 120;

  @Test
  void decodesRandomImagesAsLibjpegTurbo() throws IOException, ImageException {
    String vendor = System.getProperty("java.vendor");
    Assumptions.assumeTrue(
        vendor.contains("Debian") || vendor.contains("Ubuntu"),
        "the libjpeg of " + vendor + " is not libjpeg-turbo");
    ImageDecoder decoder = new ImageDecoder(ImageOptions.defaults());
    Random random = new Random(7);
    for (int count = 0; count < IMAGES; count++) {
      byte[] bytes = write(draw(random), random.nextFloat(), random.nextBoolean());
      BufferedImage expected = ImageIO.read(new ByteArrayInputStream(bytes));
      DecodedImage decoded = decoder.decode(bytes);
      assertThat(decoded.rgb()).as("image %d", count).isEqualTo(rgb(expected));
    }
  }

  /** Draws an image that is smooth in parts and noisy in others. */
  private static BufferedImage draw(Random random) {
    int width = 1 + random.nextInt(90);
    int height = 1 + random.nextInt(90);
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    int noise = 1 + random.nextInt(255);
    int slant = random.nextInt(0x40404);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int level = (x + y) % 50 < 25 ? random.nextInt(noise) * 0x10101 : 0;
        image.setRGB(x, y, (slant * (x + 2 * y) + level) & 0xffffff);
      }
    }
    return image;
  }

  private static byte[] write(BufferedImage image, float quality, boolean progressive)
      throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream output = ImageIO.createImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(quality);
      param.setProgressiveMode(
          progressive ? ImageWriteParam.MODE_DEFAULT : ImageWriteParam.MODE_DISABLED);
      writer.setOutput(output);
      writer.write(null, new IIOImage(image, null, null), param);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  private static byte[] rgb(BufferedImage image) {
    byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
    int at = 0;
    for (int y = 0; y < image.getHeight(); y++) {
      for (int x = 0; x < image.getWidth(); x++, at += 3) {
        int pixel = image.getRGB(x, y);
        rgb[at] = (byte) (pixel >> 16);
        rgb[at + 1] = (byte) (pixel >> 8);
        rgb[at + 2] = (byte) pixel;
      }
    }
    return rgb;
  }
}
