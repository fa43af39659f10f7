package io.groundstream.model.engine;

import java.util.Arrays;

/** A picture by its content: pixels that are equal are one picture, whoever sent them. */
final class PictureKey {
  private final float[] pixels;
  private final int hash;

  PictureKey(float[] pixels) {
    this.pixels = pixels;
    this.hash = Arrays.hashCode(pixels);
  }

  float[] pixels() {
    return pixels;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PictureKey that
        && hash == that.hash
        && (pixels == that.pixels || Arrays.equals(pixels, that.pixels));
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
