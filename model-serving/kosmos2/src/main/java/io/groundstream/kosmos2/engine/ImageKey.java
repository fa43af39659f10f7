package io.groundstream.kosmos2.engine;

import java.util.Arrays;

/** A key that identifies an image by its content: equal levels are the same image. */
final class ImageKey {
  /**
   * Only one in {@value} levels is hashed: hashing all would take as long as some network layers.
   */
  private static final int STRIDE = 31;

  private final byte[] levels;
  private final int hash;

  ImageKey(byte[] levels) {
    this.levels = levels;
    this.hash = hash(levels);
  }

  private static int hash(byte[] levels) {
    int hash = levels.length;
    for (int i = 0; i < levels.length; i += STRIDE) {
      hash = 31 * hash + levels[i];
    }
    return hash;
  }

  byte[] levels() {
    return levels;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ImageKey that
        && hash == that.hash
        && (levels == that.levels || Arrays.equals(levels, that.levels));
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
