package io.groundstream.images;

import java.util.Arrays;

/** Decodes the Huffman-coded blocks of a progressive scan (ITU-T T.81, annex G). */
final class JpegProgressiveDecoder extends JpegBitDecoder {
  private static final int MAX_DC_BITS = 15;

  private final JpegHuffmanTable[] dcTables = new JpegHuffmanTable[JpegFrame.MAX_COMPONENTS];
  private final JpegHuffmanTable acTable;
  private final int[] predictions = new int[JpegFrame.MAX_COMPONENTS];
  private final boolean dc;
  private final boolean refining;
  private final int first;
  private final int last;
  private final int low;

  /** The number of blocks from the next one on without new coefficients in this scan. */
  private int emptyBlocks;

  JpegProgressiveDecoder(JpegScanner scanner, JpegScan scan, TimeLimit time) throws ImageException {
    super(scanner, scan, time);
    this.dc = scan.first() == 0;
    this.refining = scan.high() != 0;
    this.first = scan.first();
    this.last = scan.last();
    this.low = scan.low();
    JpegTables tables = scanner.tables();
    for (JpegComponent component : scan.components()) {
      if (dc && !refining) {
        dcTables[component.index] =
            tables.huffman(true, component.dcTable, false).withSymbolsUpTo(MAX_DC_BITS);
      }
    }
    // Scans of DC coefficients do not use this table.
    this.acTable =
        dc
            ? JpegStandardTables.of(false, 0)
            : tables.huffman(false, scan.components()[0].acTable, false);
  }

  @Override
  void reset() {
    super.reset();
    Arrays.fill(predictions, 0);
    emptyBlocks = 0;
  }

  @Override
  void decodeUnit(JpegComponent component, int unit) throws ImageException {
    int at = unit * JpegComponent.COEFFICIENTS;
    short[] target = component.coefficients;
    if (dc) {
      fill();
      if (refining) {
        target[at] |= (short) (take(1) << low);
      } else {
        int size = takeSymbol(dcTables[component.index]);
        predictions[component.index] += size == 0 ? 0 : JpegHuffmanTable.extend(take(size), size);
        target[at] = (short) (predictions[component.index] << low);
      }
      return;
    }
    int extent = component.extents[unit];
    int reached = refining ? refine(target, at) : decodeFirst(target, at);
    if (reached > extent) {
      component.extents[unit] = (byte) reached;
    }
  }

  private int decodeFirst(short[] target, int at) throws ImageException {
    if (emptyBlocks > 0) {
      emptyBlocks--;
      return 0;
    }
    int[] lookAhead = acTable.lookAhead;
    int[] zigzag = JpegTables.ZIGZAG;
    int extent = 0;
    int index = first;
    while (index <= last) {
      if (bitCount < 32) {
        fill();
      }
      int entry = lookAhead[(int) (bits >>> JpegHuffmanTable.LOOK_AHEAD_SHIFT)];
      int length = entry & JpegHuffmanTable.BITS;
      if ((entry & JpegHuffmanTable.WITH_VALUE) != 0) {
        bits <<= length;
        bitCount -= length;
        index += entry >> (JpegHuffmanTable.SYMBOL_SHIFT + 4) & 15;
        target[at + zigzag[index]] = (short) (entry >> JpegHuffmanTable.VALUE_SHIFT << low);
        extent = index++;
        continue;
      }
      int symbol = takeSymbol(acTable);
      int run = symbol >> 4;
      int size = symbol & 15;
      if (size > 0) {
        index += run;
        target[at + zigzag[index]] = (short) (JpegHuffmanTable.extend(take(size), size) << low);
        extent = index++;
      } else if (run == 15) {
        index += 16;
      } else {
        emptyBlocks = (1 << run) - 1 + take(run);
        break;
      }
    }
    return Math.min(extent, JpegComponent.COEFFICIENTS - 1);
  }

  /** Adds a bit to known coefficients, and new coefficients between them. */
  private int refine(short[] target, int at) throws ImageException {
    int plus = 1 << low;
    int extent = 0;
    int index = first;
    if (emptyBlocks == 0) {
      while (index <= last) {
        if (bitCount < 32) {
          fill();
        }
        int symbol = takeSymbol(acTable);
        int run = symbol >> 4;
        int value = 0;
        if ((symbol & 15) != 0) {
          if ((symbol & 15) != 1) {
            damaged("a refinement of more than one bit");
          }
          value = take(1) != 0 ? plus : -plus;
        } else if (run != 15) {
          emptyBlocks = (1 << run) + take(run);
          break;
        }
        index = refineRun(target, at, index, run, plus);
        if (value != 0) {
          target[at + JpegTables.ZIGZAG[index]] = (short) value;
          extent = Math.min(index, JpegComponent.COEFFICIENTS - 1);
        }
        index++;
      }
    }
    if (emptyBlocks > 0) {
      refineRun(target, at, index, JpegComponent.COEFFICIENTS, plus);
      emptyBlocks--;
    }
    return extent;
  }

  /** Refines coefficients up to the end of a run of zeros, and returns the next one's index. */
  private int refineRun(short[] target, int at, int from, int run, int plus) {
    int[] zigzag = JpegTables.ZIGZAG;
    int zeros = run;
    int index = from;
    while (index <= last) {
      int place = at + zigzag[index];
      int value = target[place];
      if (value != 0) {
        if (bitCount < 1) {
          fill();
        }
        if (bits < 0 && (value & plus) == 0) {
          target[place] = (short) (value >= 0 ? value + plus : value - plus);
        }
        bits <<= 1;
        bitCount--;
      } else if (--zeros < 0) {
        break;
      }
      index++;
    }
    return index;
  }
}
