package io.groundstream.jobs.render;

import io.groundstream.model.GroundingException;
import io.groundstream.model.image.DecodedImage;
import io.groundstream.model.image.ImageDecoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * A picture as a {@code data:} URI, upright and small enough for a page of many. It is always
 * decoded and encoded anew: what strangers sent is not passed on to the reader's browser.
 *
 * @param uri the picture itself
 * @param width its width after orientation, before it was reduced
 * @param height its height after orientation, before it was reduced
 */
record EmbeddedPicture(String uri, int width, int height) {
  private static final int LARGEST_SIDE = 900;
  private static final float QUALITY = 0.88f;

  /** Returns the picture, or null if the bytes are none that can be shown. */
  static @Nullable EmbeddedPicture of(byte[] bytes, ImageDecoder decoder) {
    DecodedImage decoded;
    try {
      decoded = decoder.decode(bytes);
    } catch (GroundingException e) {
      return null;
    }
    BufferedImage picture = Pictures.toBufferedImage(decoded);
    int longer = Math.max(decoded.width(), decoded.height());
    if (longer > LARGEST_SIDE) {
      picture = Pictures.scale(picture, (double) LARGEST_SIDE / longer);
    }
    String base64 = Base64.getEncoder().encodeToString(jpeg(picture));
    return new EmbeddedPicture(
        "data:image/jpeg;base64," + base64, decoded.width(), decoded.height());
  }

  private static byte[] jpeg(BufferedImage picture) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(QUALITY);
      writer.setOutput(output);
      writer.write(null, new IIOImage(picture, null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
