package io.groundstream.images;

import java.util.Arrays;

/**
 * Decodes the Huffman-coded blocks of a sequential scan (ITU-T T.81, F.2.2). The range of
 * coefficients in its header is ignored: a sequential scan always has all, and some files have
 * zeros there.
 */
final class JpegSequentialDecoder extends JpegBitDecoder {
  private static final int MAX_DC_BITS = 15;
  private static final int LAST = JpegComponent.COEFFICIENTS - 1;

  private final JpegHuffmanTable[] dcTables = new JpegHuffmanTable[JpegFrame.MAX_COMPONENTS];
  private final JpegHuffmanTable[] acTables = new JpegHuffmanTable[JpegFrame.MAX_COMPONENTS];
  private final int[] predictions = new int[JpegFrame.MAX_COMPONENTS];

  JpegSequentialDecoder(JpegScanner scanner, JpegScan scan, TimeLimit time) throws ImageException {
    super(scanner, scan, time);
    for (JpegComponent component : scan.components()) {
      dcTables[component.index] =
          scanner.tables().huffman(true, component.dcTable, true).withSymbolsUpTo(MAX_DC_BITS);
      acTables[component.index] = scanner.tables().huffman(false, component.acTable, true);
    }
  }

  @Override
  void reset() {
    super.reset();
    Arrays.fill(predictions, 0);
  }

  @Override
  void decodeUnit(JpegComponent component, int unit) throws ImageException {
    short[] target = component.coefficients;
    int at = unit * JpegComponent.COEFFICIENTS;
    fill();
    int size = takeSymbol(dcTables[component.index]);
    int difference = size == 0 ? 0 : JpegHuffmanTable.extend(take(size), size);
    predictions[component.index] += difference;
    target[at] = (short) predictions[component.index];
    int extent = decodeAc(acTables[component.index], target, at);
    if (extent > component.extents[unit]) {
      component.extents[unit] = (byte) extent;
    }
  }

  /** Decodes the AC coefficients, and returns the index of the last one that is not zero, or 0. */
  private int decodeAc(JpegHuffmanTable table, short[] target, int at) throws ImageException {
    int[] lookAhead = table.lookAhead;
    int[] zigzag = JpegTables.ZIGZAG;
    int extent = 0;
    int index = 1;
    // Local copies, because fields would be written with every coefficient.
    long window = bits;
    int left = bitCount;
    while (index <= LAST) {
      if (left < 32) {
        bits = window;
        bitCount = left;
        fill();
        window = bits;
        left = bitCount;
      }
      int entry = lookAhead[(int) (window >>> JpegHuffmanTable.LOOK_AHEAD_SHIFT)];
      if ((entry & JpegHuffmanTable.WITH_VALUE) != 0) {
        // The entry's low six bits are the length, and a shift uses only these.
        window <<= entry;
        left -= entry & JpegHuffmanTable.BITS;
        index += entry >> (JpegHuffmanTable.SYMBOL_SHIFT + 4) & 15;
        target[at + zigzag[index]] = (short) (entry >> JpegHuffmanTable.VALUE_SHIFT);
        extent = index++;
        continue;
      }
      bits = window;
      bitCount = left;
      int symbol = takeSymbol(table);
      int size = symbol & 15;
      if (size > 0) {
        index += symbol >> 4;
        target[at + zigzag[index]] = (short) JpegHuffmanTable.extend(take(size), size);
        extent = index++;
      } else if (symbol == 0xf0) {
        index += 16;
      } else {
        return Math.min(extent, LAST);
      }
      window = bits;
      left = bitCount;
    }
    bits = window;
    bitCount = left;
    return Math.min(extent, LAST);
  }
}
