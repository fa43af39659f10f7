package io.groundstream.images;

/**
 * The order of the samples in a row. A transform of many blocks makes the first samples of all,
 * then the second ones, and so on; rows keep that order, as moving each sample to its column took a
 * quarter of the transform's time.
 *
 * <p>A row is cut into groups of as many columns as a MCU is wide. All first columns of the groups
 * stand side by side, then all third ones, and so on; every other column, from the second on,
 * stands in the same way in a row of its own. Only the code that makes pixels of them looks up
 * where a column is.
 */
final class JpegColumns {
  /** How many columns a group has; an even number. */
  final int perGroup;

  final int groups;

  /** Where each pair of an even column and the next one is in the rows of even and odd columns. */
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

  /** Returns the length of a row of even, or of odd, columns. */
  int half() {
    return perGroup / 2 * groups;
  }

  /** Puts a row's samples side by side, in the order of their columns. */
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
