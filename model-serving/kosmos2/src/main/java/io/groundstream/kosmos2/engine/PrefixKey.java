package io.groundstream.kosmos2.engine;

import java.util.Arrays;
import java.util.List;

/** The first tokens of a prompt, with their images: equal ones have equal keys and values. */
final class PrefixKey {
  private final int[] ids;
  private final List<PlacedImage> images;
  private final int hash;

  PrefixKey(int[] ids, List<PlacedImage> images) {
    this.ids = ids;
    this.images = List.copyOf(images);
    this.hash = 31 * Arrays.hashCode(ids) + this.images.hashCode();
  }

  int[] ids() {
    return ids;
  }

  List<PlacedImage> images() {
    return images;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PrefixKey that
        && hash == that.hash
        && Arrays.equals(ids, that.ids)
        && images.equals(that.images);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
