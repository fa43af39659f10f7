package io.groundstream.model.engine;

import java.util.Arrays;

/** A picture by its content: pixels that are equal are one picture, whoever sent them. */
final class PictureKey {
  /** One of so many pixels is hashed: all would take as long as some of the network's layers. */
  private static final int STRIDE = 31;

  private final float[] pixels;
  private final int hash;

  PictureKey(float[] pixels) {
    this.pixels = pixels;
    this.hash = hash(pixels);
  }

  private static int hash(float[] pixels) {
    int hash = pixels.length;
    for (int i = 0; i < pixels.length; i += STRIDE) {
      hash = 31 * hash + Float.floatToIntBits(pixels[i]);
    }
    return hash;
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
