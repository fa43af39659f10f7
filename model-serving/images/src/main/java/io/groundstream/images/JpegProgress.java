package io.groundstream.images;

import java.util.Arrays;

/** How much of its coefficients the scans of a progressive frame have told so far. */
final class JpegProgress {
  /** The coefficients, in zigzag order, that {@link JpegSmoothing} estimates, and the first. */
  static final int ESTIMATED = 10;

  private static final int MOST_LOW = 13;
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
   * Checks a scan, and notes what it tells.
   *
   * @throws ImageException if its header contradicts itself, or if what it tells does not follow on
   *     what was told and such damage is not allowed
   */
  void begin(JpegScan scan, JpegScanner scanner) throws ImageException {
    boolean right =
        scan.first() == 0
            ? scan.last() == 0
            : scan.first() <= scan.last()
                && scan.last() < JpegComponent.COEFFICIENTS
                && scan.components().length == 1;
    if (!right || (scan.high() != 0 && scan.low() != scan.high() - 1) || scan.low() > MOST_LOW) {
      throw Failures.corrupt(
          "progressive scan: coefficients "
              + scan.first()
              + " to "
              + scan.last()
              + ", bits "
              + scan.high()
              + " to "
              + scan.low()
              + " (expected: as ITU-T T.81, G.1.1, has them)");
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
      scanner.damaged("a scan that does not follow on the ones before", scan.dataStart());
    }
  }

  /** Whether something is known of all components, and yet not all that could be estimated. */
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
   * Returns how many low bits of the first coefficients are not known; -1 where nothing is.
   *
   * @param beforeLast whether what the last scan tells does not count
   */
  int[] unknownBits(int component, boolean beforeLast) {
    return beforeLast ? (scans > 1 ? lowBitsBefore[component] : NOTHING) : lowBits[component];
  }
}
