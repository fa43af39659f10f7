package io.groundstream.images;

import java.util.Arrays;

/**
 * Decodes the samples of a lossless Huffman-coded scan (ITU-T T.81, annex H). Each sample is
 * predicted from its neighbours to the left (a), above (b) and above to the left (c).
 */
final class JpegLosslessDecoder extends JpegBitDecoder {
  private static final int MAX_BITS = 16;

  private final JpegHuffmanTable[] tables = new JpegHuffmanTable[JpegFrame.MAX_COMPONENTS];

  /** The first row of each component after the start or a restart; it has no row above. */
  private final int[] firstRows = new int[JpegFrame.MAX_COMPONENTS];

  private final int predictor;
  private final int firstPrediction;

  JpegLosslessDecoder(JpegScanner scanner, JpegScan scan, TimeLimit time) throws ImageException {
    super(scanner, scan, time);
    this.predictor = scan.first();
    if (predictor < 1 || predictor > 7 || scan.last() != 0 || scan.high() != 0) {
      throw Failures.corrupt("predictor: " + predictor + " (expected: 1 to 7)");
    }
    if (scan.low() >= frame.precision) {
      throw Failures.corrupt(
          "point transform: " + scan.low() + " (expected: less than " + frame.precision + " bits)");
    }
    int interval = scanner.tables().restartInterval();
    int unitsAcross =
        scan.components().length == 1 ? scan.components()[0].unitsAcross : frame.mcusAcross;
    if (interval % unitsAcross != 0) {
      throw Failures.corrupt("restart interval: " + interval + " (expected: whole rows)");
    }
    this.firstPrediction = 1 << (frame.precision - scan.low() - 1);
    for (JpegComponent component : scan.components()) {
      tables[component.index] =
          scanner.tables().huffman(true, component.dcTable, true).withSymbolsUpTo(MAX_BITS);
    }
  }

  @Override
  void reset() {
    super.reset();
    Arrays.fill(firstRows, -1);
  }

  @Override
  void decodeUnit(JpegComponent component, int unit) throws ImageException {
    if (bitCount < 33) {
      fill();
    }
    int size = takeSymbol(tables[component.index]);
    int difference =
        size == 0
            ? 0
            : size == MAX_BITS ? 1 << (MAX_BITS - 1) : JpegHuffmanTable.extend(take(size), size);
    component.coefficients[unit] = (short) (difference + predict(component, unit));
  }

  private int predict(JpegComponent component, int unit) {
    short[] samples = component.coefficients;
    int across = component.paddedAcross;
    int row = unit / across;
    int column = unit - row * across;
    if (firstRows[component.index] < 0) {
      firstRows[component.index] = row;
    }
    if (row == firstRows[component.index]) {
      return column == 0 ? firstPrediction : samples[unit - 1] & 0xffff;
    }
    int above = samples[unit - across] & 0xffff;
    if (column == 0) {
      return above;
    }
    int left = samples[unit - 1] & 0xffff;
    int corner = samples[unit - across - 1] & 0xffff;
    return switch (predictor) {
      case 1 -> left;
      case 2 -> above;
      case 3 -> corner;
      case 4 -> left + above - corner;
      case 5 -> left + ((above - corner) >> 1);
      case 6 -> above + ((left - corner) >> 1);
      case 7 -> (left + above) >> 1;
      default -> throw new IllegalStateException("predictor: " + predictor);
    };
  }
}
