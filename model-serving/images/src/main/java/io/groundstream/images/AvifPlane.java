package io.groundstream.images;

import com.sun.jna.Pointer;

/**
 * Samples that libavif holds.
 *
 * @param stride bytes from one row to the next
 * @param depth bits of a sample; above 8, each has two bytes, the low one first
 */
record AvifPlane(Pointer samples, int stride, int width, int height, int depth) {

  /** Reads a row's samples, without so many of their lowest bits. */
  void read(int y, int lostBits, byte[] buffer, int[] row) {
    if (depth <= 8) {
      samples.read((long) y * stride, buffer, 0, width);
      for (int x = 0; x < width; x++) {
        row[x] = buffer[x] & 0xff;
      }
      return;
    }
    samples.read((long) y * stride, buffer, 0, 2 * width);
    for (int x = 0; x < width; x++) {
      row[x] = ((buffer[2 * x] & 0xff) | (buffer[2 * x + 1] & 0xff) << 8) >> lostBits;
    }
  }
}
