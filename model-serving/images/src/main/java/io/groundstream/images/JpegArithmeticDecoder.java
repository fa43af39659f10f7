package io.groundstream.images;

import java.util.Arrays;

/**
 * Decodes the arithmetic-coded blocks of a sequential or progressive scan (ITU-T T.81, F.2.4 and
 * G.2.3), which consist of the binary decisions that {@link JpegBinaryDecoder} decodes.
 */
final class JpegArithmeticDecoder extends JpegEntropyDecoder {
  private static final int SLOTS = 16;
  private static final int DC_BINS = 64;
  private static final int AC_BINS = 256;

  /** Index of the first bin of DC magnitudes (table F.4). */
  private static final int DC_MAGNITUDES = 20;

  /** Indices of the first bins of AC magnitudes (table F.5), for low and for high coefficients. */
  private static final int AC_LOW_MAGNITUDES = 189;

  private static final int AC_HIGH_MAGNITUDES = 217;

  /** Distance from the bins of a magnitude's size to those of its bits. */
  private static final int TO_BITS = 14;

  private static final int MAX_MAGNITUDE = 0x8000;
  private static final int LAST = JpegComponent.COEFFICIENTS - 1;

  private final JpegTables tables;
  private final JpegBinaryDecoder decisions;
  private final byte[][] dcBins = new byte[SLOTS][DC_BINS];
  private final byte[][] acBins = new byte[SLOTS][AC_BINS];
  private final byte[] evenBin = {JpegBinaryDecoder.EVEN};
  private final int[] predictions = new int[JpegFrame.MAX_COMPONENTS];
  private final int[] dcContexts = new int[JpegFrame.MAX_COMPONENTS];
  private final boolean progressive;
  private final int first;
  private final int last;
  private final int low;

  /** Index of the bins of the current magnitude. */
  private int bin;

  /** Whether the data up to the next restart marker cannot be decoded. */
  private boolean lost;

  JpegArithmeticDecoder(JpegScanner scanner, JpegScan scan, TimeLimit time) {
    super(scanner, scan, time);
    this.tables = scanner.tables();
    this.decisions = new JpegBinaryDecoder(this);
    this.progressive = frame.progressive;
    this.first = progressive ? scan.first() : 1;
    this.last = progressive ? scan.last() : LAST;
    this.low = progressive ? scan.low() : 0;
  }

  @Override
  void reset() {
    for (int slot = 0; slot < SLOTS; slot++) {
      Arrays.fill(dcBins[slot], (byte) 0);
      Arrays.fill(acBins[slot], (byte) 0);
    }
    Arrays.fill(predictions, 0);
    Arrays.fill(dcContexts, 0);
    decisions.reset();
    lost = false;
  }

  @Override
  void decodeUnit(JpegComponent component, int unit) throws ImageException {
    int at = unit * JpegComponent.COEFFICIENTS;
    short[] target = component.coefficients;
    if (progressive && first == 0 && scan.high() != 0) {
      if (decisions.decode(evenBin, 0)) {
        target[at] |= (short) (1 << low);
      }
      return;
    }
    if (!lost && (!progressive || first == 0)) {
      int value = decodeDc(component);
      if (!lost) {
        target[at] = (short) (value << low);
      }
    }
    if (!lost && (!progressive || first > 0)) {
      int reached =
          progressive && scan.high() != 0
              ? refineAc(component, target, at)
              : decodeAc(component, target, at);
      int extent = Math.max(reached, component.extents[unit]);
      component.extents[unit] = (byte) Math.min(extent, LAST);
    }
  }

  @Override
  void endUnits() {
    // Data that end early are legal here: the missing bytes are zeros.
  }

  private int decodeDc(JpegComponent component) throws ImageException {
    int slot = component.dcTable;
    byte[] bins = dcBins[slot];
    int context = dcContexts[component.index];
    if (!decisions.decode(bins, context)) {
      dcContexts[component.index] = 0;
      return predictions[component.index];
    }
    boolean negative = decisions.decode(bins, context + 1);
    int sign = negative ? 1 : 0;
    bin = context + 2 + sign;
    int magnitude = decisions.decode(bins, bin) ? 1 : 0;
    if (magnitude != 0) {
      bin = DC_MAGNITUDES;
      magnitude = decodeSize(bins, magnitude);
      if (lost) {
        return predictions[component.index];
      }
    }
    if (magnitude < (1 << tables.dcLower(slot)) >> 1) {
      dcContexts[component.index] = 0;
    } else if (magnitude > (1 << tables.dcUpper(slot)) >> 1) {
      dcContexts[component.index] = 12 + 4 * sign;
    } else {
      dcContexts[component.index] = 4 + 4 * sign;
    }
    int difference = decodeBits(bins, magnitude) + 1;
    predictions[component.index] += negative ? -difference : difference;
    return predictions[component.index];
  }

  private int decodeAc(JpegComponent component, short[] target, int at) throws ImageException {
    byte[] bins = acBins[component.acTable];
    int extent = 0;
    for (int index = first; index <= last; index++) {
      bin = 3 * (index - 1);
      if (decisions.decode(bins, bin)) {
        break;
      }
      while (!decisions.decode(bins, bin + 1)) {
        bin += 3;
        index++;
        if (index > last) {
          lose();
          return extent;
        }
      }
      boolean negative = decisions.decode(evenBin, 0);
      bin += 2;
      int magnitude = decisions.decode(bins, bin) ? 1 : 0;
      if (magnitude != 0 && decisions.decode(bins, bin)) {
        bin = index <= tables.acLimit(component.acTable) ? AC_LOW_MAGNITUDES : AC_HIGH_MAGNITUDES;
        magnitude = decodeSize(bins, 2);
        if (lost) {
          return extent;
        }
      }
      int value = decodeBits(bins, magnitude) + 1;
      target[at + JpegTables.ZIGZAG[index]] = (short) ((negative ? -value : value) << low);
      extent = index;
    }
    return extent;
  }

  private int refineAc(JpegComponent component, short[] target, int at) throws ImageException {
    byte[] bins = acBins[component.acTable];
    int plus = 1 << low;
    int known = last;
    while (known > 0 && target[at + JpegTables.ZIGZAG[known]] == 0) {
      known--;
    }
    int extent = 0;
    for (int index = first; index <= last; index++) {
      bin = 3 * (index - 1);
      if (index > known && decisions.decode(bins, bin)) {
        break;
      }
      while (!refineOne(bins, target, at + JpegTables.ZIGZAG[index], plus)) {
        bin += 3;
        index++;
        if (index > last) {
          lose();
          return extent;
        }
      }
      extent = index;
    }
    return extent;
  }

  /** Refines one coefficient, and returns whether it is not zero afterwards. */
  private boolean refineOne(byte[] bins, short[] target, int place, int plus) {
    int value = target[place];
    if (value != 0) {
      if (decisions.decode(bins, bin + 2)) {
        target[place] = (short) (value < 0 ? value - plus : value + plus);
      }
      return true;
    }
    if (decisions.decode(bins, bin + 1)) {
      target[place] = (short) (decisions.decode(evenBin, 0) ? -plus : plus);
      return true;
    }
    return false;
  }

  /** Decodes the size of a magnitude as its highest bit (figure F.23). */
  private int decodeSize(byte[] bins, int least) throws ImageException {
    int magnitude = least;
    while (decisions.decode(bins, bin)) {
      magnitude <<= 1;
      if (magnitude == MAX_MAGNITUDE) {
        lose();
        return 0;
      }
      bin++;
    }
    return magnitude;
  }

  /** Decodes the bits below the highest one (figure F.24). */
  private int decodeBits(byte[] bins, int magnitude) {
    int value = magnitude;
    for (int bit = magnitude >> 1; bit != 0; bit >>= 1) {
      if (decisions.decode(bins, bin + TO_BITS)) {
        value |= bit;
      }
    }
    return value;
  }

  private void lose() throws ImageException {
    lost = true;
    damaged("invalid arithmetic codes");
  }
}
