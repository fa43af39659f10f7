package io.groundstream.images;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The colour behind transparent pixels, over which images with alpha are composited.
 *
 * @param red 0 to 255
 * @param green 0 to 255
 * @param blue 0 to 255
 */
public record Background(int red, int green, int blue) {
  private static final Pattern HEX = Pattern.compile("#[0-9a-fA-F]{6}");

  public Background {
    if (((red | green | blue) & ~0xff) != 0) {
      throw new IllegalArgumentException(
          "background: " + red + ", " + green + ", " + blue + " (expected: 0 to 255 each)");
    }
  }

  /**
   * Parses a colour in the web's notation, {@code #rrggbb}.
   *
   * @throws IllegalArgumentException if the text is anything else
   */
  public static Background parse(String text) {
    if (!HEX.matcher(text).matches()) {
      throw new IllegalArgumentException("background: " + text + " (expected: #rrggbb)");
    }
    int rgb = Integer.parseInt(text.substring(1), 16);
    return new Background(rgb >> 16, rgb >> 8 & 0xff, rgb & 0xff);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "#%02x%02x%02x", red, green, blue);
  }

  /**
   * Composites pixels over this colour, in place, with the rounding of Pillow's {@code
   * alpha_composite}.
   *
   * @param rgb three bytes per pixel
   * @param alpha one byte per pixel, where 255 is opaque
   */
  void blendInto(byte[] rgb, byte[] alpha) {
    for (int pixel = 0, out = 0; pixel < alpha.length; pixel++, out += 3) {
      int opacity = alpha[pixel] & 0xff;
      if (opacity == 255) {
        continue;
      }
      rgb[out] = blend(rgb[out] & 0xff, red, opacity);
      rgb[out + 1] = blend(rgb[out + 1] & 0xff, green, opacity);
      rgb[out + 2] = blend(rgb[out + 2] & 0xff, blue, opacity);
    }
  }

  private static byte blend(int over, int under, int opacity) {
    int sum = (over * opacity + under * (255 - opacity) + 128) << 7;
    return (byte) (((sum >> 8) + sum) >> 8 >> 7);
  }
}
