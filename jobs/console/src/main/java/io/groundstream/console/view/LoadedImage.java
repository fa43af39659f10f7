package io.groundstream.console.view;

import io.groundstream.console.render.Thumbnail;
import org.jspecify.annotations.Nullable;

/**
 * A picture, or why there is none.
 *
 * @param picture null if there is none
 * @param note for people, where there is none
 */
record LoadedImage(@Nullable Thumbnail picture, String note) {
  static LoadedImage of(Thumbnail picture) {
    return new LoadedImage(picture, "");
  }

  static LoadedImage none(String note) {
    return new LoadedImage(null, note);
  }
}
