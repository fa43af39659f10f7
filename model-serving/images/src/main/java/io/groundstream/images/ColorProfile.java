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
 * An ICC profile from an image's file, which converts gray, RGB or CMYK samples to sRGB with the
 * JDK's colour management (Little CMS).
 *
 * <p>Not thread-safe.
 */
final class ColorProfile {
  /** Above the few million bytes of the largest printers' profiles. */
  static final int MAX_BYTES = 8 << 20;

  private final ColorConvertOp conversion;
  private final int components;

  private ColorProfile(ColorConvertOp conversion, int components) {
    this.conversion = conversion;
    this.components = components;
  }

  /** Returns the profile in the bytes, or null if they are not one that fits images. */
  static @Nullable ColorProfile of(byte @Nullable [] bytes) {
    if (bytes == null || bytes.length > MAX_BYTES) {
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
      // Some profiles can be read but not used; a trial conversion finds them.
      made.convert(new byte[components], new byte[3], 0, 1);
      return made;
    } catch (CMMException | IllegalArgumentException | IndexOutOfBoundsException e) {
      return null;
    }
  }

  /** Returns the number of samples per pixel: 1 (gray), 3 (RGB) or 4 (CMYK). */
  int components() {
    return components;
  }

  /**
   * Converts an image in place, unless its samples are of another kind than this profile's.
   *
   * @throws ImageException if the time limit is exceeded
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
   * @param samples the row's interleaved samples; 255 is the full strength of an ink
   * @param rgb the target, three bytes per pixel
   * @param start the index in {@code rgb} of the row's first byte
   * @param width pixels in the row
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
