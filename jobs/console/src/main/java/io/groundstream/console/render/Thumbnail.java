package io.groundstream.console.render;

import io.groundstream.images.DecodedImage;
import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageException;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * A picture for a browser: upright, small enough for a page of many, and always decoded and encoded
 * anew, so that what strangers sent is not passed on to whoever looks at it.
 *
 * @param jpeg the picture as JPEG
 * @param width the original's width after orientation, before it was reduced
 * @param height the original's height after orientation, before it was reduced
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and too large to copy.
public record Thumbnail(byte[] jpeg, int width, int height) {
  private static final int LARGEST_SIDE = 900;
  private static final float QUALITY = 0.88f;

  /**
   * Makes a picture small.
   *
   * @param bytes the encoded picture, in any format that the decoder knows; it may be none at all
   * @throws ImageException if it cannot be decoded
   */
  public static Thumbnail of(byte[] bytes, ImageDecoder decoder) throws ImageException {
    DecodedImage decoded = decoder.decode(bytes);
    BufferedImage picture = Pictures.toBufferedImage(decoded);
    int longer = Math.max(decoded.width(), decoded.height());
    if (longer > LARGEST_SIDE) {
      picture = Pictures.scale(picture, (double) LARGEST_SIDE / longer);
    }
    return new Thumbnail(encode(picture), decoded.width(), decoded.height());
  }

  private static byte[] encode(BufferedImage picture) {
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
