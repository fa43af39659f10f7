package io.groundstream.images;

import com.sun.jna.Pointer;

/**
 * A plane of samples in libavif's memory.
 *
 * @param stride bytes from one row to the next
 * @param width samples per row
 * @param depth bits per sample; above 8, a sample has two bytes in little-endian order
 */
record AvifPlane(Pointer samples, int stride, int width, int height, int depth) {

  /**
   * Reads the samples of a row.
   *
   * @param lostBits the number of low bits to drop from samples of more than 8 bits
   * @param buffer scratch space of at least {@code 2 * width} bytes
   */
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
