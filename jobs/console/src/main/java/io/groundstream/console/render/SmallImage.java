package io.groundstream.console.render;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** A small image with the boxes of phrases, without labels, which would hide it. */
public final class SmallImage {
  private SmallImage() {}

  /**
   * Draws boxes on a thumbnail.
   *
   * @param phrases their places in the list choose their colours
   * @param mostWidth the largest width, in pixels; the shape of the image stays
   * @param mostHeight the largest height, in pixels
   */
  public static BufferedImage of(
      Thumbnail thumbnail, List<Card.Phrase> phrases, int mostWidth, int mostHeight) {
    BufferedImage image;
    try {
      // Closes the stream, and has no file for it.
      image =
          ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(thumbnail.jpeg())));
    } catch (IOException e) {
      throw new UncheckedIOException("a thumbnail can be read", e);
    }
    double scale =
        Math.min(
            1,
            Math.min(
                (double) mostWidth / image.getWidth(), (double) mostHeight / image.getHeight()));
    BufferedImage small = Images.scale(image, scale);
    BoxRenderer.drawBoxes(small, phrases);
    return small;
  }
}
