package io.groundstream.model.image;

/**
 * Colours of a VP8 frame: chrominance, which has half the width and height, is enlarged by weights
 * of 9, 3, 3 and 1 sixteenths as libwebp does, and becomes RGB with the same fixed-point arithmetic
 * (ITU-R BT.601, luminance from 16 to 235).
 */
final class Vp8Colors {
  private Vp8Colors() {}

  static byte[] toRgb(Vp8Plane luminance, Vp8Plane blue, Vp8Plane red, int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    int chromaWidth = (width + 1) / 2;
    int chromaHeight = (height + 1) / 2;
    int[] blueRow = new int[2 * chromaWidth];
    int[] redRow = new int[2 * chromaWidth];
    int out = 0;
    for (int y = 0; y < height; y++) {
      int near = y / 2;
      int far = y % 2 == 0 ? Math.max(near - 1, 0) : Math.min(near + 1, chromaHeight - 1);
      enlarge(blue, near, far, chromaWidth, blueRow);
      enlarge(red, near, far, chromaWidth, redRow);
      int in = luminance.index(0, y);
      for (int x = 0; x < width; x++, out += 3) {
        int level = ((luminance.samples[in + x] & 0xff) * 19077) >> 8;
        int u = blueRow[x];
        int v = redRow[x];
        rgb[out] = clamp(level + ((v * 26149) >> 8) - 14234);
        rgb[out + 1] = clamp(level - ((u * 6419) >> 8) - ((v * 13320) >> 8) + 8708);
        rgb[out + 2] = clamp(level + ((u * 33050) >> 8) - 17685);
      }
    }
    return rgb;
  }

  /** Writes two samples for each one in a row, of which {@code far} is the next nearest row. */
  private static void enlarge(Vp8Plane plane, int near, int far, int width, int[] row) {
    int nearStart = plane.index(0, near);
    int farStart = plane.index(0, far);
    byte[] samples = plane.samples;
    int last = width - 1;
    row[0] = edge(samples[nearStart] & 0xff, samples[farStart] & 0xff);
    row[2 * last + 1] = edge(samples[nearStart + last] & 0xff, samples[farStart + last] & 0xff);
    for (int x = 1; x < width; x++) {
      int left = samples[nearStart + x - 1] & 0xff;
      int right = samples[nearStart + x] & 0xff;
      int farLeft = samples[farStart + x - 1] & 0xff;
      int farRight = samples[farStart + x] & 0xff;
      // Rounded in two steps, as libwebp does.
      int sum = left + right + farLeft + farRight + 8;
      row[2 * x - 1] = (((sum + 2 * (right + farLeft)) >> 3) + left) >> 1;
      row[2 * x] = (((sum + 2 * (left + farRight)) >> 3) + right) >> 1;
    }
  }

  private static int edge(int near, int far) {
    return (3 * near + far + 2) >> 2;
  }

  private static byte clamp(int fixed) {
    int level = fixed >> 6;
    return (byte) (level < 0 ? 0 : Math.min(level, 255));
  }
}
