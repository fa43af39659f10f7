package io.groundstream.images;

import static java.util.Objects.requireNonNull;

/**
 * Estimates the low AC coefficients that the scans of a progressive frame have not supplied, from
 * the DC coefficients of a block and of the 24 blocks around it, as ITU-T T.81, K.8, proposes and
 * as libjpeg-turbo does. This makes an image without its last scans smooth rather than blocky.
 */
final class JpegSmoothing {
  private static final int SIDE = 5;
  private static final int AROUND = 2;

  /** The first coefficient that has fine weights only. */
  private static final int COARSE_COEFFICIENTS = 6;

  /**
   * The weights of the 25 DC coefficients, row by row, for each coefficient in zigzag order, used
   * if only DC is known.
   */
  private static final int[][] FINE = {
    {
      -2, -6, -8, -6, -2, -6, 6, 42, 6, -6, -8, 42, 152, 42, -8, -6, 6, 42, 6, -6, -2, -6, -8, -6,
      -2
    },
    {-1, -1, 0, 1, 1, -3, 13, 0, -13, 3, -3, 38, 0, -38, 3, -3, 13, 0, -13, 3, -1, -1, 0, 1, 1},
    {-1, -3, -3, -3, -1, -1, 13, 38, 13, -1, 0, 0, 0, 0, 0, 1, -13, -38, -13, 1, 1, 3, 3, 3, 1},
    {0, 0, 1, 0, 0, 0, 2, 7, 2, 0, 0, -5, -14, -5, 0, 0, 2, 7, 2, 0, 0, 0, 1, 0, 0},
    {-1, 0, 0, 0, 1, 0, 9, 0, -9, 0, 0, 0, 0, 0, 0, 0, -9, 0, 9, 0, 1, 0, 0, 0, -1},
    {0, 0, 0, 0, 0, 0, 2, -5, 2, 0, 1, 7, -14, 7, 1, 0, 2, -5, 2, 0, 0, 0, 0, 0, 0},
    {0, 0, 0, 0, 0, 0, 1, 0, -1, 0, 0, 2, 0, -2, 0, 0, 1, 0, -1, 0, 0, 0, 0, 0, 0},
    {0, 0, 0, 0, 0, 0, 1, -3, 1, 0, 0, 0, 0, 0, 0, 0, -1, 3, -1, 0, 0, 0, 0, 0, 0},
    {0, 0, 0, 0, 0, 0, 1, 0, -1, 0, 0, -3, 0, 3, 0, 0, 1, 0, -1, 0, 0, 0, 0, 0, 0},
    {0, 0, 0, 0, 0, 0, 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, -1, -2, -1, 0, 0, 0, 0, 0, 0}
  };

  /** The weights used if some AC coefficients are known; the first and the last four have none. */
  private static final int[][] COARSE = {
    {},
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -7, 50, 0, -50, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    {0, 0, -7, 0, 0, 0, 0, 50, 0, 0, 0, 0, 0, 0, 0, 0, 0, -50, 0, 0, 0, 0, 7, 0, 0},
    {0, 0, -1, 0, 0, 0, 0, 13, 0, 0, 0, 0, -24, 0, 0, 0, 0, 13, 0, 0, 0, 0, -1, 0, 0},
    {0, -1, 0, 1, 0, -1, 10, 0, -10, 1, 0, 0, 0, 0, 0, 1, -10, 0, 10, -1, 0, 1, 0, -1, 0},
    {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 13, -24, 13, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
  };

  private final JpegFrame frame;
  private final JpegProgress progress;
  private final int lastGoodRow;
  private final int[] around = new int[SIDE * SIDE];

  private JpegSmoothing(JpegFrame frame, JpegProgress progress, int lastGoodRow) {
    this.frame = frame;
    this.progress = progress;
    this.lastGoodRow = lastGoodRow;
  }

  /**
   * Estimates missing coefficients, if there are any and they can be estimated.
   *
   * @param lastGoodRow the last row of MCUs for which the last scan had data
   */
  static void apply(JpegFrame frame, JpegProgress progress, int lastGoodRow, TimeLimit time)
      throws ImageException {
    if (!progress.isIncomplete()) {
      return;
    }
    for (JpegComponent component : frame.components) {
      if (component.quantization == null) {
        return;
      }
      for (int index = 0; index < JpegProgress.ESTIMATED; index++) {
        if (component.quantization[JpegTables.ZIGZAG[index]] == 0) {
          return;
        }
      }
    }
    JpegSmoothing smoothing = new JpegSmoothing(frame, progress, lastGoodRow);
    for (JpegComponent component : frame.components) {
      smoothing.apply(component, time);
    }
  }

  private void apply(JpegComponent component, TimeLimit time) throws ImageException {
    int across = component.paddedAcross;
    short[] levels = new short[across * component.paddedDown];
    for (int block = 0; block < levels.length; block++) {
      levels[block] = component.coefficients[block * JpegComponent.COEFFICIENTS];
    }
    for (int row = 0; row < component.unitsDown; row++) {
      time.check();
      int mcuRow = row / component.vertical;
      int[] unknown = progress.unknownBits(component.index, mcuRow > lastGoodRow);
      boolean fine = true;
      for (int index = 1; index < JpegProgress.ESTIMATED; index++) {
        fine &= unknown[index] < 0;
      }
      int[] rows = rowsAround(component, row);
      for (int column = 0; column < component.unitsAcross; column++) {
        for (int y = 0; y < SIDE; y++) {
          for (int x = 0; x < SIDE; x++) {
            int near = Math.max(0, Math.min(column + x - AROUND, component.unitsAcross - 1));
            around[SIDE * y + x] = levels[rows[y] * across + near];
          }
        }
        estimate(component, row * across + column, unknown, fine);
      }
    }
  }

  /**
   * Returns the five rows of blocks around a row. The first and the last row are repeated. As in
   * libjpeg-turbo, rows of the last MCUs are counted as if all MCUs had as many rows as these.
   */
  private int[] rowsAround(JpegComponent component, int row) {
    int mcuRow = row / component.vertical;
    int within = row % component.vertical;
    int rows = component.vertical;
    if (mcuRow == frame.mcusDown - 1 && component.unitsDown % rows != 0) {
      rows = component.unitsDown % rows;
    }
    int counted = mcuRow * rows + within;
    int all = rows * frame.mcusDown;
    int previous = counted > 0 ? row - 1 : row;
    int next = counted < all - 1 ? row + 1 : row;
    return new int[] {
      counted > 1 ? row - 2 : previous, previous, row, next, counted < all - 2 ? row + 2 : next
    };
  }

  private void estimate(JpegComponent component, int block, int[] unknown, boolean fine) {
    int[] quantization = requireNonNull(component.quantization);
    short[] coefficients = component.coefficients;
    int at = block * JpegComponent.COEFFICIENTS;
    int count = fine ? JpegProgress.ESTIMATED : COARSE_COEFFICIENTS;
    int[][] weights = fine ? FINE : COARSE;
    for (int index = 1; index < count; index++) {
      int place = JpegTables.ZIGZAG[index];
      if (unknown[index] != 0 && coefficients[at + place] == 0) {
        long sum = quantization[0] * sum(weights[index]);
        coefficients[at + place] = (short) divide(sum, quantization[place], unknown[index]);
        component.extents[block] = (byte) Math.max(index, component.extents[block]);
      }
    }
    if (fine) {
      coefficients[at] = (short) divide(quantization[0] * sum(FINE[0]), quantization[0], 0);
    }
  }

  private long sum(int[] weights) {
    long sum = 0;
    for (int index = 0; index < weights.length; index++) {
      sum += (long) weights[index] * around[index];
    }
    return sum;
  }

  /** Divides, rounding half away from zero; the result stays within the unknown bits. */
  private static int divide(long sum, int quantization, int unknownBits) {
    int size = (int) ((((long) quantization << 7) + Math.abs(sum)) / ((long) quantization << 8));
    if (unknownBits > 0 && size >= 1 << unknownBits) {
      size = (1 << unknownBits) - 1;
    }
    return sum >= 0 ? size : -size;
  }
}
