package io.groundstream.images;

/**
 * The header of a VP8 key frame (RFC 6386, section 9): segments, the loop filter, quantizers and
 * the probabilities of coefficients.
 */
final class Vp8Header {
  static final int SEGMENTS = 4;

  final int[] segmentProbabilities = {255, 255, 255};
  final int[] coefficients = Vp8Tables.COEFFICIENTS.clone();
  final boolean updatesSegmentMap;
  final boolean simpleFilter;
  final int filterLevel;
  final int sharpness;
  final int partitions;

  /** The probability that a macroblock is not marked as empty; negative if none is marked. */
  final int skipProbability;

  /**
   * For each segment, the factors of DC and AC: of luminance, of its second order, of chrominance.
   */
  final int[][] quantizers = new int[SEGMENTS][];

  private final boolean segmented;
  private boolean absoluteSegments;
  private final int[] segmentQuantizers = new int[SEGMENTS];
  private final int[] segmentFilters = new int[SEGMENTS];
  private boolean filterDeltas;
  private int intraFrameDelta;
  private int subblocksDelta;

  Vp8Header(Vp8BoolDecoder bits) throws ImageException {
    // Skips colour space and clamping type, which do not affect still images.
    bits.number(2);
    segmented = bits.flag();
    updatesSegmentMap = segmented && readSegments(bits);
    simpleFilter = bits.flag();
    filterLevel = bits.number(6);
    sharpness = bits.number(3);
    readFilterDeltas(bits);
    partitions = 1 << bits.number(2);
    readQuantizers(bits);
    // Skips whether the probabilities outlive the frame, since there is only one.
    bits.flag();
    for (int index = 0; index < coefficients.length; index++) {
      if (bits.bit(Vp8Tables.COEFFICIENT_UPDATES[index]) == 1) {
        coefficients[index] = bits.number(8);
      }
    }
    skipProbability = bits.flag() ? bits.number(8) : -1;
  }

  private boolean readSegments(Vp8BoolDecoder bits) throws ImageException {
    boolean updatesMap = bits.flag();
    if (bits.flag()) {
      absoluteSegments = bits.flag();
      for (int segment = 0; segment < SEGMENTS; segment++) {
        segmentQuantizers[segment] = bits.optionalSigned(7);
      }
      for (int segment = 0; segment < SEGMENTS; segment++) {
        segmentFilters[segment] = bits.optionalSigned(6);
      }
    }
    if (updatesMap) {
      for (int index = 0; index < segmentProbabilities.length; index++) {
        segmentProbabilities[index] = bits.flag() ? bits.number(8) : 255;
      }
    }
    return updatesMap;
  }

  private void readFilterDeltas(Vp8BoolDecoder bits) throws ImageException {
    filterDeltas = bits.flag();
    if (filterDeltas && bits.flag()) {
      int[] deltas = new int[8];
      for (int index = 0; index < deltas.length; index++) {
        deltas[index] = bits.optionalSigned(6);
      }
      // The other deltas are for frames that depend on earlier ones.
      intraFrameDelta = deltas[0];
      subblocksDelta = deltas[4];
    }
  }

  private void readQuantizers(Vp8BoolDecoder bits) throws ImageException {
    int base = bits.number(7);
    int luminanceDc = bits.optionalSigned(4);
    int secondDc = bits.optionalSigned(4);
    int secondAc = bits.optionalSigned(4);
    int chrominanceDc = bits.optionalSigned(4);
    int chrominanceAc = bits.optionalSigned(4);
    for (int segment = 0; segment < SEGMENTS; segment++) {
      int index = base;
      if (segmented) {
        index = segmentQuantizers[segment] + (absoluteSegments ? 0 : base);
      }
      quantizers[segment] =
          new int[] {
            Vp8Tables.DC_QUANTIZERS[clamp(index + luminanceDc, 127)],
            Vp8Tables.AC_QUANTIZERS[clamp(index, 127)],
            Vp8Tables.DC_QUANTIZERS[clamp(index + secondDc, 127)] * 2,
            Math.max(8, Vp8Tables.AC_QUANTIZERS[clamp(index + secondAc, 127)] * 155 / 100),
            Vp8Tables.DC_QUANTIZERS[clamp(index + chrominanceDc, 117)],
            Vp8Tables.AC_QUANTIZERS[clamp(index + chrominanceAc, 127)]
          };
    }
  }

  /** Returns the strength of the loop filter in a macroblock, 0 to 63. */
  int filterLevel(int segment, boolean subblocks) {
    int level = filterLevel;
    if (segmented) {
      level = segmentFilters[segment] + (absoluteSegments ? 0 : filterLevel);
    }
    if (filterDeltas) {
      level += intraFrameDelta + (subblocks ? subblocksDelta : 0);
    }
    return clamp(level, 63);
  }

  private static int clamp(int value, int most) {
    return value < 0 ? 0 : Math.min(value, most);
  }
}
