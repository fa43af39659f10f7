package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/**
 * The byte offsets of those fields of libavif's structures that moved between its releases, on
 * 64-bit machines. The library's file name changes with the layout, so each name covers some
 * releases.
 *
 * @param decoderStrictness offset in {@code avifDecoder}
 * @param decoderImage offset in {@code avifDecoder}
 * @param alphaPlane offset in {@code avifImage}; the bytes per row and the premultiplied flag
 *     follow
 * @param profile offset in {@code avifImage}; the codes of the colours follow
 * @param transformations offset in {@code avifImage} of the flags that say which of the following
 *     transformations are present
 */
record AvifLayout(
    int decoderStrictness, int decoderImage, int alphaPlane, int profile, int transformations) {
  static final int DECODER_MAX_THREADS = 4;

  static final int WIDTH = 0;
  static final int HEIGHT = 4;
  static final int DEPTH = 8;
  static final int FORMAT = 12;
  static final int RANGE = 16;
  static final int PLANES = 24;
  static final int ROW_BYTES = 48;

  /** Returns the layout of a version of libavif, or null if the version is not known. */
  static @Nullable AvifLayout of(String version) {
    if (version.startsWith("1.")) {
      return new AvifLayout(40, 48, 64, 88, 116);
    }
    if (version.startsWith("0.11.")) {
      return new AvifLayout(40, 48, 64, 88, 112);
    }
    if (version.startsWith("0.9.3")) {
      return new AvifLayout(32, 40, 72, 96, 120);
    }
    return null;
  }

  int alphaRowBytes() {
    return alphaPlane + 8;
  }

  int premultiplied() {
    return alphaPlane + 16;
  }

  int primaries() {
    return profile + 16;
  }

  int matrix() {
    return profile + 20;
  }

  /** Returns the offset of the rotation, which follows pixel aspect ratio and clean aperture. */
  int rotation() {
    return transformations + 4 + 8 + 32;
  }

  int mirror() {
    return rotation() + 1;
  }
}
