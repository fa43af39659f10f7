package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/**
 * Where the fields of libavif's structures are that have moved between its releases; on machines of
 * 64 bits. Each name of the library, which changes with the layout, stands for some releases.
 *
 * @param decoderStrictness within {@code avifDecoder}
 * @param decoderImage within {@code avifDecoder}
 * @param alphaPlane within {@code avifImage}; its row bytes and whether it is premultiplied follow
 * @param profile within {@code avifImage}; the codes of its colours follow
 * @param transformations within {@code avifImage}: which of those that follow are there
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

  /** Returns the layout of a version, or null if it is not known. */
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

  /** Pixel aspect ratio and clean aperture stand before it. */
  int rotation() {
    return transformations + 4 + 8 + 32;
  }

  int mirror() {
    return rotation() + 1;
  }
}
