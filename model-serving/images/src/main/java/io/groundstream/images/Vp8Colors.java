package io.groundstream.images;

/**
 * Converts a VP8 frame to RGB. Chrominance, which has half the width and height, is upsampled with
 * weights of 9, 3, 3 and 1 sixteenths, and converted in fixed-point arithmetic (ITU-R BT.601,
 * luminance from 16 to 235), both as in libwebp.
 */
final class Vp8Colors {
  private Vp8Colors() {}

  static byte[] toRgb(Vp8Plane luminance, Vp8Plane blue, Vp8Plane red, int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    int chromaWidth = (width + 1) / 2;
    int chromaHeight = (height + 1) / 2;
    int[] blueRow = new int[2 * chromaWidth];
    int[] redRow = new int[2 * chromaWidth];
    for (int y = 0; y < height; y++) {
      int near = y / 2;
      int far = y % 2 == 0 ? Math.max(near - 1, 0) : Math.min(near + 1, chromaHeight - 1);
      enlarge(blue.samples, blue.index(0, near), blue.index(0, far), chromaWidth, blueRow);
      enlarge(red.samples, red.index(0, near), red.index(0, far), chromaWidth, redRow);
      convert(luminance.samples, luminance.index(0, y), blueRow, redRow, rgb, 3 * y * width, width);
    }
    return rgb;
  }

  private static void convert(
      byte[] luminance, int from, int[] blue, int[] red, byte[] rgb, int to, int width) {
    for (int x = 0; x < width; x++) {
      int level = ((luminance[from + x] & 0xff) * 19077) >> 8;
      int u = blue[x];
      int v = red[x];
      rgb[to + 3 * x] = clamp(level + ((v * 26149) >> 8) - 14234);
      rgb[to + 3 * x + 1] = clamp(level - ((u * 6419) >> 8) - ((v * 13320) >> 8) + 8708);
      rgb[to + 3 * x + 2] = clamp(level + ((u * 33050) >> 8) - 17685);
    }
  }

  /**
   * Writes two samples for each sample of a row.
   *
   * @param near the index of the row's first sample
   * @param far the index of the first sample of the next nearest row
   */
  private static void enlarge(byte[] samples, int near, int far, int width, int[] row) {
    int left = samples[near] & 0xff;
    int farLeft = samples[far] & 0xff;
    row[0] = (3 * left + farLeft + 2) >> 2;
    for (int x = 1; x < width; x++) {
      int right = samples[near + x] & 0xff;
      int farRight = samples[far + x] & 0xff;
      // Rounded in two steps, as libwebp does.
      int sum = left + right + farLeft + farRight + 8;
      row[2 * x - 1] = (((sum + 2 * (right + farLeft)) >> 3) + left) >> 1;
      row[2 * x] = (((sum + 2 * (left + farRight)) >> 3) + right) >> 1;
      left = right;
      farLeft = farRight;
    }
    row[2 * width - 1] = (3 * left + farLeft + 2) >> 2;
  }

  private static byte clamp(int fixed) {
    int level = fixed >> 6;
    return (byte) ((level & ~0xff) == 0 ? level : ~level >> 31);
  }
}
