package io.groundstream.images;

import org.jspecify.annotations.Nullable;

/**
 * Makes pixels of luminance and chrominance. Chrominance of half the width or height is upsampled
 * with the weights 3/4 and 1/4, as libavif does with libyuv. For one thread at a time.
 */
final class AvifSamples {
  private final AvifPlane luminance;
  private final @Nullable AvifPlane blue;
  private final @Nullable AvifPlane red;
  private final @Nullable AvifPlane alpha;
  private final AvifColors colors;
  private final boolean premultiplied;
  private final byte[] buffer;
  private final int[] luminanceRow;
  private final int[] blueRow;
  private final int[] redRow;
  private final int[] alphaRow;
  private final int[] near;
  private final int[] far;

  /**
   * Creates a reader of rows.
   *
   * @param blue the blue difference; null for gray, and so is {@code red}
   * @param premultiplied whether the colours have been multiplied by alpha
   */
  AvifSamples(
      AvifPlane luminance,
      @Nullable AvifPlane blue,
      @Nullable AvifPlane red,
      @Nullable AvifPlane alpha,
      AvifColors colors,
      boolean premultiplied) {
    this.luminance = luminance;
    this.blue = blue;
    this.red = red;
    this.alpha = alpha;
    this.colors = colors;
    this.premultiplied = premultiplied && alpha != null;
    int width = luminance.width();
    this.buffer = new byte[2 * width];
    this.luminanceRow = new int[width];
    this.blueRow = new int[width + 1];
    this.redRow = new int[width + 1];
    this.alphaRow = new int[width];
    this.near = new int[width];
    this.far = new int[width];
  }

  private int width() {
    return luminance.width();
  }

  /** Returns whether there is an alpha plane. */
  boolean hasAlpha() {
    return alpha != null;
  }

  /** Writes the pixels of a row, three bytes each. */
  void readRgb(int y, byte[] row) {
    luminance.read(y, colors.lostBits(), buffer, luminanceRow);
    if (blue == null || red == null) {
      colors.convertGray(luminanceRow, row, width());
    } else {
      readChrominance(blue, y, blueRow);
      readChrominance(red, y, redRow);
      colors.convert(luminanceRow, blueRow, redRow, row, width());
    }
    if (premultiplied && alpha != null) {
      alpha.read(y, 0, buffer, alphaRow);
      divide(row, (1 << alpha.depth()) - 1);
    }
  }

  private void readChrominance(AvifPlane plane, int y, int[] row) {
    boolean tall = plane.height() == luminance.height();
    boolean wide = plane.width() == luminance.width();
    int count = plane.width();
    int lostBits = colors.lostBits();
    int nearRow = tall ? y : Math.min(y / 2, plane.height() - 1);
    int farRow = nearRow;
    if (!tall) {
      farRow = y % 2 == 0 ? Math.max(nearRow - 1, 0) : Math.min(nearRow + 1, plane.height() - 1);
    }
    if (wide && tall) {
      plane.read(y, lostBits, buffer, row);
      return;
    }
    plane.read(nearRow, lostBits, buffer, near);
    plane.read(farRow, lostBits, buffer, far);
    if (wide) {
      for (int x = 0; x < count; x++) {
        row[x] = (3 * near[x] + far[x] + 2) >> 2;
      }
      return;
    }
    int left = 3 * near[0] + far[0];
    row[0] = (left + 2) >> 2;
    for (int x = 1; x < count; x++) {
      int right = 3 * near[x] + far[x];
      row[2 * x - 1] = (3 * left + right + 8) >> 4;
      row[2 * x] = (left + 3 * right + 8) >> 4;
      left = right;
    }
    row[2 * count - 1] = (left + 2) >> 2;
    if (width() < 2 * count) {
      // libyuv does not interpolate the last sample of an odd row.
      row[2 * count - 2] = row[2 * count - 1];
    }
  }

  private void divide(byte[] row, int most) {
    for (int x = 0; x < width(); x++) {
      int opacity = alphaRow[x];
      for (int band = 3 * x; band < 3 * x + 3; band++) {
        int level = row[band] & 0xff;
        row[band] =
            (byte) (opacity == 0 ? 0 : Math.min((level * most + opacity / 2) / opacity, 255));
      }
    }
  }

  /** Writes the opacity of a row's pixels, one byte each, where 255 is opaque. */
  void readAlpha(int y, byte[] row) {
    if (alpha == null) {
      throw new IllegalStateException("no alpha");
    }
    alpha.read(y, 0, buffer, alphaRow);
    int most = (1 << alpha.depth()) - 1;
    for (int x = 0; x < width(); x++) {
      row[x] = (byte) ((alphaRow[x] * 255 + most / 2) / most);
    }
  }
}
