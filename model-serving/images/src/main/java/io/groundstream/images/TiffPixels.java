package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/** Converts a TIFF's samples, as levels of 0 to 255, row by row to RGB, and to alpha if needed. */
final class TiffPixels {
  private static final int ALPHA_MULTIPLIED = 1;
  private static final int ALPHA = 2;

  private final int width;
  private final int colors;
  private final int bands;
  private final boolean multiplied;
  private final @Nullable ColorProfile inks;
  private final byte[] row;
  final byte[] rgb;
  final byte @Nullable [] alpha;

  /**
   * Creates an image to be filled.
   *
   * @param colors the number of bands that are colours: 1 (gray), 3 (RGB) or 4 (CMYK)
   * @param bands the number of samples per pixel
   */
  TiffPixels(TiffDirectory directory, int colors, int bands, ImageOptions options) {
    this.width = (int) directory.width;
    this.colors = colors;
    this.bands = bands;
    boolean hasAlpha = bands > colors && colors < 4;
    this.multiplied = hasAlpha && directory.extraSample == ALPHA_MULTIPLIED;
    int pixels = width * (int) directory.height;
    this.rgb = new byte[3 * pixels];
    this.alpha =
        options.keepsAlpha() && hasAlpha && (multiplied || directory.extraSample == ALPHA)
            ? new byte[pixels]
            : null;
    ColorProfile profile =
        options.appliesColorProfiles() && colors == 4 ? ColorProfile.of(directory.profile) : null;
    this.inks = profile == null || profile.components() != 4 ? null : profile;
    this.row = new byte[inks == null ? 0 : 4 * width];
  }

  /** Returns whether the profile has been applied, since it is for inks. */
  boolean appliedProfile() {
    return inks != null;
  }

  /** Sets pixels of a row from interleaved levels. */
  void put(int[] samples, int x, int y, int count) {
    int pixel = y * width + x;
    int out = 3 * pixel;
    for (int in = 0; in < count * bands; in += bands, out += 3, pixel++) {
      if (colors == 4) {
        putInks(samples, in, out);
        continue;
      }
      int opacity = bands > colors ? samples[in + colors] : 255;
      for (int channel = 0; channel < 3; channel++) {
        int level = samples[in + (colors == 1 ? 0 : channel)];
        if (multiplied) {
          level = opacity == 0 ? 0 : Math.min(255, level * 255 / opacity);
        }
        rgb[out + channel] = (byte) level;
      }
      if (alpha != null) {
        alpha[pixel] = (byte) opacity;
      }
    }
    if (inks != null) {
      for (int index = 0; index < count; index++) {
        for (int band = 0; band < 4; band++) {
          row[4 * index + band] = (byte) samples[index * bands + band];
        }
      }
      inks.convert(row, rgb, 3 * (y * width + x), count);
    }
  }

  private void putInks(int[] samples, int in, int out) {
    int white = 255 - samples[in + 3];
    for (int channel = 0; channel < 3; channel++) {
      rgb[out + channel] = Inks.withBlack(samples[in + channel], white);
    }
  }
}
