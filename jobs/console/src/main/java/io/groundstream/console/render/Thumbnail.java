package io.groundstream.console.render;

import io.groundstream.images.DecodedImage;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageException;
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

/**
 * An image for a browser: upright, small enough for a page of many, and always decoded and encoded
 * anew, so that a browser never gets the bytes that a stranger sent.
 *
 * @param jpeg the image as JPEG
 * @param width the original's width after orientation, before it was reduced
 * @param height the original's height after orientation, before it was reduced
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and too large to copy.
public record Thumbnail(byte[] jpeg, int width, int height) {
  private static final int LARGEST_SIDE = 900;
  private static final float QUALITY = 0.88f;

  /**
   * Makes an image small.
   *
   * @param bytes the encoded image, in any format that the decoder knows, or anything else
   * @throws ImageException if it cannot be decoded
   */
  public static Thumbnail of(byte[] bytes, ImageDecoder decoder) throws ImageException {
    DecodedImage decoded = decoder.decode(bytes);
    BufferedImage image = Images.toBufferedImage(decoded);
    int longer = Math.max(decoded.width(), decoded.height());
    if (longer > LARGEST_SIDE) {
      image = Images.scale(image, (double) LARGEST_SIDE / longer);
    }
    return new Thumbnail(encode(image), decoded.width(), decoded.height());
  }

  /** Returns this image as a {@code data:} URI. */
  public String dataUri() {
    return "data:image/jpeg;base64," + Base64.getEncoder().encodeToString(jpeg);
  }

  private static byte[] encode(BufferedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
      ImageWriteParam param = writer.getDefaultWriteParam();
      param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      param.setCompressionQuality(QUALITY);
      writer.setOutput(output);
      writer.write(null, new IIOImage(image, null, null), param);
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }
}
