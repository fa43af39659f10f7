package io.groundstream.console.view;

import io.groundstream.console.render.Thumbnail;
import org.jspecify.annotations.Nullable;

/**
 * An image, or why there is none.
 *
 * @param thumbnail null if there is none
 * @param note the reason, for readers, if there is no thumbnail
 */
record LoadedImage(@Nullable Thumbnail thumbnail, String note) {
  static LoadedImage of(Thumbnail thumbnail) {
    return new LoadedImage(thumbnail, "");
  }

  static LoadedImage none(String note) {
    return new LoadedImage(null, note);
  }
}
