package io.groundstream.images;

import java.awt.color.CMMException;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import org.jspecify.annotations.Nullable;

/**
 * An ICC profile from a picture's file, which makes sRGB of gray, RGB or CMYK samples; the JDK's
 * colour management (Little CMS) does the work.
 *
 * <p>An instance is used by one thread at a time.
 */
final class ColorProfile {
  /** Printers' profiles have up to a few million bytes. */
  static final int MOST_BYTES = 8 << 20;

  private final ColorConvertOp conversion;
  private final int components;

  private ColorProfile(ColorConvertOp conversion, int components) {
    this.conversion = conversion;
    this.components = components;
  }

  /** Returns a profile, or null if the bytes are none that can be used for a picture. */
  static @Nullable ColorProfile of(byte @Nullable [] bytes) {
    if (bytes == null || bytes.length > MOST_BYTES) {
      return null;
    }
    try {
      ICC_Profile profile = ICC_Profile.getInstance(bytes);
      int components =
          switch (profile.getColorSpaceType()) {
            case ColorSpace.TYPE_GRAY -> 1;
            case ColorSpace.TYPE_RGB -> 3;
            case ColorSpace.TYPE_CMYK -> 4;
            default -> 0;
          };
      if (components == 0) {
        return null;
      }
      ICC_Profile[] way = {profile, ICC_Profile.getInstance(ColorSpace.CS_sRGB)};
      ColorProfile made = new ColorProfile(new ColorConvertOp(way, null), components);
      // A profile that is readable but of no use is found out by using it.
      made.convert(new byte[components], new byte[3], 0, 1);
      return made;
    } catch (CMMException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return null;
    }
  }

  /** Returns how many samples a pixel has: 1 (gray), 3 (RGB) or 4 (CMYK). */
  int components() {
    return components;
  }

  /**
   * Converts a picture where it is; one whose samples are not what this profile is about is left as
   * it is.
   */
  void convert(DecodedImage image, TimeLimit time) throws ImageException {
    byte[] rgb = image.rgb();
    if (components == 4 || (components == 1 && !isGray(rgb))) {
      return;
    }
    byte[] row = new byte[components * image.width()];
    for (int y = 0; y < image.height(); y++) {
      time.check();
      int start = 3 * image.width() * y;
      if (components == 3) {
        System.arraycopy(rgb, start, row, 0, row.length);
      } else {
        for (int x = 0; x < row.length; x++) {
          row[x] = rgb[start + 3 * x];
        }
      }
      convert(row, rgb, start, image.width());
    }
  }

  /**
   * Converts a row.
   *
   * @param samples its samples, interleaved; inks are 255 where they are strongest
   * @param start where in {@code rgb} its colours begin
   */
  void convert(byte[] samples, byte[] rgb, int start, int width) {
    WritableRaster source = interleaved(samples, width, components);
    byte[] target = new byte[3 * width];
    conversion.filter(source, interleaved(target, width, 3));
    System.arraycopy(target, 0, rgb, start, target.length);
  }

  private static boolean isGray(byte[] rgb) {
    for (int index = 0; index < rgb.length; index += 3) {
      if (rgb[index] != rgb[index + 1] || rgb[index] != rgb[index + 2]) {
        return false;
      }
    }
    return true;
  }

  private static WritableRaster interleaved(byte[] samples, int width, int bands) {
    int[] offsets = new int[bands];
    for (int band = 0; band < bands; band++) {
      offsets[band] = band;
    }
    return Raster.createInterleavedRaster(
        new DataBufferByte(samples, samples.length), width, 1, bands * width, bands, offsets, null);
  }
}
