package io.groundstream.console.view;

import io.groundstream.console.render.SmallPicture;
import org.jspecify.annotations.Nullable;

/**
 * A picture, or why there is none.
 *
 * @param picture null if there is none
 * @param note for people, where there is none
 */
record LoadedPicture(@Nullable SmallPicture picture, String note) {
  static LoadedPicture of(SmallPicture picture) {
    return new LoadedPicture(picture, "");
  }

  static LoadedPicture none(String note) {
    return new LoadedPicture(null, note);
  }
}
