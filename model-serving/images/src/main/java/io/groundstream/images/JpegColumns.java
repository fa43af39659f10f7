package io.groundstream.images;

/**
 * The order of the samples in a row. A transform of many blocks yields the first samples of all
 * blocks, then the second samples, and so on. Rows keep that order, because moving each sample to
 * its column took a quarter of the transform's time.
 *
 * <p>The columns of a row are split into groups as wide as an MCU. The row of even columns has the
 * first columns of all groups, then their third columns, and so on; the row of odd columns has the
 * second ones, the fourth ones, and so on. Only the code that makes pixels looks up the position of
 * a column.
 */
final class JpegColumns {
  /** The number of columns in a group; even. */
  final int perGroup;

  final int groups;

  /** For each pair of an even column and the next one, the index of both in their rows. */
  final int[] pairs;

  JpegColumns(JpegFrame frame) {
    int mcu = frame.mostHorizontal * frame.unit();
    this.perGroup = mcu % 2 == 0 ? mcu : 2 * mcu;
    this.groups = (mcu * frame.mcusAcross + perGroup - 1) / perGroup;
    this.pairs = new int[(frame.width + 1) / 2];
    int pairsPerGroup = perGroup / 2;
    for (int pair = 0; pair < pairs.length; pair++) {
      pairs[pair] = pair % pairsPerGroup * groups + pair / pairsPerGroup;
    }
  }

  /** Returns the length of a row of even columns, which is also that of odd columns. */
  int half() {
    return perGroup / 2 * groups;
  }

  /** Interleaves a row's samples in the order of their columns. */
  void interleave(int[][] even, int[][] odd, byte[] target, int start, int width) {
    int count = even.length;
    for (int index = 0; index < count; index++) {
      int at = start + index;
      for (int x = 0; x < width; x++, at += count) {
        target[at] = (byte) ((x & 1) == 0 ? even : odd)[index][pairs[x >> 1]];
      }
    }
  }
}
