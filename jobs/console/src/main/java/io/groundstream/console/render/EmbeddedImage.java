package io.groundstream.console.render;

import io.groundstream.images.ImageDecoder;
import io.groundstream.images.ImageException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A picture as a {@code data:} URI.
 *
 * @param uri the picture itself, as {@link Thumbnail} makes it
 * @param width its width after orientation, before it was reduced
 * @param height its height after orientation, before it was reduced
 */
record EmbeddedImage(String uri, int width, int height) {
  /** Returns the picture, or null if the bytes are none that can be shown. */
  static @Nullable EmbeddedImage of(byte[] bytes, ImageDecoder decoder) {
    try {
      Thumbnail picture = Thumbnail.of(bytes, decoder);
      String base64 = Base64.getEncoder().encodeToString(picture.jpeg());
      return new EmbeddedImage(
          "data:image/jpeg;base64," + base64, picture.width(), picture.height());
    } catch (ImageException e) {
      return null;
    }
  }
}
