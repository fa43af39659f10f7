package io.groundstream.images;

import java.util.Arrays;

/** Tracks which bits of its coefficients the scans of a progressive frame have supplied so far. */
final class JpegProgress {
  /** The number of first coefficients in zigzag order that matter to {@link JpegSmoothing}. */
  static final int ESTIMATED = 10;

  private static final int MAX_LOW = 13;
  private static final int UNKNOWN = -1;

  private static final int[] NOTHING = new int[ESTIMATED];

  static {
    Arrays.fill(NOTHING, UNKNOWN);
  }

  private final int[][] lowBits;
  private final int[][] lowBitsBefore;
  private int scans;

  JpegProgress(int components) {
    lowBits = new int[components][JpegComponent.COEFFICIENTS];
    lowBitsBefore = new int[components][ESTIMATED];
    for (int component = 0; component < components; component++) {
      Arrays.fill(lowBits[component], UNKNOWN);
      Arrays.fill(lowBitsBefore[component], UNKNOWN);
    }
  }

  /**
   * Checks a scan, and records the bits that it supplies.
   *
   * @throws ImageException if its header contradicts itself, or if it does not continue the earlier
   *     scans and damage is not accepted
   */
  void begin(JpegScan scan, JpegScanner scanner) throws ImageException {
    boolean right =
        scan.first() == 0
            ? scan.last() == 0
            : scan.first() <= scan.last()
                && scan.last() < JpegComponent.COEFFICIENTS
                && scan.components().length == 1;
    if (!right || (scan.high() != 0 && scan.low() != scan.high() - 1) || scan.low() > MAX_LOW) {
      throw Failures.corrupt(
          "progressive scan: coefficients "
              + scan.first()
              + " to "
              + scan.last()
              + ", bits "
              + scan.high()
              + " to "
              + scan.low()
              + " (expected: a combination of ITU-T T.81, G.1.1)");
    }
    boolean follows = true;
    for (JpegComponent component : scan.components()) {
      int[] known = lowBits[component.index];
      follows &= scan.first() == 0 || known[0] != UNKNOWN;
      for (int index = Math.min(scan.first(), 1); index < ESTIMATED; index++) {
        lowBitsBefore[component.index][index] = scans > 0 ? known[index] : 0;
      }
      for (int index = scan.first(); index <= scan.last(); index++) {
        follows &= scan.high() == Math.max(known[index], 0);
        known[index] = scan.low();
      }
    }
    scans++;
    if (!follows) {
      scanner.damaged("a scan that does not continue the earlier ones", scan.dataStart());
    }
  }

  /** Returns whether every component has DC bits, but bits that can be estimated are missing. */
  boolean isIncomplete() {
    boolean incomplete = false;
    for (int[] known : lowBits) {
      if (known[0] == UNKNOWN) {
        return false;
      }
      for (int index = 1; index < ESTIMATED; index++) {
        incomplete |= known[index] != 0;
      }
    }
    return incomplete;
  }

  /**
   * Returns the number of unknown low bits of the first coefficients; -1 if no bit is known.
   *
   * @param beforeLast whether to return the state before the last scan
   */
  int[] unknownBits(int component, boolean beforeLast) {
    return beforeLast ? (scans > 1 ? lowBitsBefore[component] : NOTHING) : lowBits[component];
  }
}
