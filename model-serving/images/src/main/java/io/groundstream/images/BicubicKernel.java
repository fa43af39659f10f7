package io.groundstream.images;

import java.util.Arrays;

/**
 * The weights of Pillow's bicubic filter along one axis: for each place in the result, the first of
 * its neighbours in the source, how many there are, and their weights in fixed point.
 *
 * <p>For one thread: weights are computed when they are first asked for.
 */
final class BicubicKernel {
  static final int PRECISION_BITS = 22;
  static final int ROUNDING = 1 << (PRECISION_BITS - 1);

  private static final double SUPPORT = 2.0;

  /** Up to this size of the source all weights are kept: four for each of its places. */
  private static final int MOST_KEPT = 1 << 16;

  /** More than there are places that share a neighbour when a source so large is made smaller. */
  private static final int MOST_OPEN = 8;

  private final int sourceSize;
  private final double scale;
  private final double filterScale;
  private final double support;
  private final boolean keepsAll;
  private final int[][] kept;
  private final int[] keptPlaces;

  /** Creates the weights that make {@code size} places of {@code sourceSize}, both positive. */
  BicubicKernel(int sourceSize, int size) {
    this.sourceSize = sourceSize;
    this.scale = (double) sourceSize / size;
    this.filterScale = Math.max(scale, 1.0);
    this.support = SUPPORT * filterScale;
    this.keepsAll = sourceSize <= MOST_KEPT;
    this.kept = new int[keepsAll ? size : MOST_OPEN][0];
    this.keptPlaces = new int[kept.length];
    Arrays.fill(keptPlaces, -1);
  }

  /** Returns the first neighbour of a place; it never decreases from one place to the next. */
  int first(int place) {
    return Math.max(0, (int) (center(place) - support + 0.5));
  }

  /** Returns what follows the last neighbour of a place; it never decreases either. */
  int end(int place) {
    return Math.min(sourceSize, (int) (center(place) + support + 0.5));
  }

  /**
   * Returns the weights of all neighbours of a place, not to be written to. If the source is very
   * large, only those of the last few places are kept, which is enough for going through it.
   */
  int[] weights(int place) {
    int slot = keepsAll ? place : place % MOST_OPEN;
    if (keptPlaces[slot] != place) {
      kept[slot] = compute(place);
      keptPlaces[slot] = place;
    }
    return kept[slot];
  }

  private int[] compute(int place) {
    double center = center(place);
    int from = first(place);
    double[] weights = new double[end(place) - from];
    double sum = 0;
    for (int index = 0; index < weights.length; index++) {
      double weight = cubic((index + from - center + 0.5) * (1.0 / filterScale));
      weights[index] = weight;
      sum += weight;
    }
    int[] coefficients = new int[weights.length];
    for (int index = 0; index < weights.length; index++) {
      coefficients[index] = fixed(sum == 0 ? weights[index] : weights[index] / sum);
    }
    return coefficients;
  }

  private double center(int place) {
    return (place + 0.5) * scale;
  }

  private static double cubic(double distance) {
    double x = Math.abs(distance);
    double a = -0.5;
    if (x < 1.0) {
      return ((a + 2.0) * x - (a + 3.0)) * x * x + 1;
    }
    if (x < 2.0) {
      return (((x - 5) * x + 8) * x - 4) * a;
    }
    return 0.0;
  }

  private static int fixed(double weight) {
    double scaled = weight * (1 << PRECISION_BITS);
    return (int) (scaled < 0 ? scaled - 0.5 : scaled + 0.5);
  }
}
