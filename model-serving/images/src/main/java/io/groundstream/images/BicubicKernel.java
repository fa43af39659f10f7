package io.groundstream.images;

import java.util.Arrays;

/**
 * The weights of Pillow's bicubic filter along one axis: for each position in the result, the range
 * of its neighbours in the source and their weights in fixed point.
 *
 * <p>Not thread-safe, because weights are computed when they are first needed.
 */
final class BicubicKernel {
  static final int PRECISION_BITS = 22;
  static final int ROUNDING = 1 << (PRECISION_BITS - 1);

  private static final double SUPPORT = 2.0;

  /** Up to this size of the source all weights are kept: four for each of its positions. */
  private static final int MAX_KEPT = 1 << 16;

  /** More positions than can share a neighbour when a larger source is shrunk. */
  private static final int MAX_OPEN = 8;

  private final int sourceSize;
  private final double scale;
  private final double filterScale;
  private final double support;
  private final boolean keepsAll;
  private final int[][] kept;
  private final int[] keptPlaces;

  /** Creates the weights for resizing from {@code sourceSize} to {@code size}, both positive. */
  BicubicKernel(int sourceSize, int size) {
    this.sourceSize = sourceSize;
    this.scale = (double) sourceSize / size;
    this.filterScale = Math.max(scale, 1.0);
    this.support = SUPPORT * filterScale;
    this.keepsAll = sourceSize <= MAX_KEPT;
    this.kept = new int[keepsAll ? size : MAX_OPEN][0];
    this.keptPlaces = new int[kept.length];
    Arrays.fill(keptPlaces, -1);
  }

  /**
   * Returns the first neighbour of a position; it never decreases from one position to the next.
   */
  int first(int place) {
    return Math.max(0, (int) (center(place) - support + 0.5));
  }

  /** Returns the index after the last neighbour of a position; it never decreases either. */
  int end(int place) {
    return Math.min(sourceSize, (int) (center(place) + support + 0.5));
  }

  /**
   * Returns the weights of all neighbours of a position; callers must not change them. If the
   * source is very large, only the weights of the last few positions are kept, which is enough for
   * one pass over it.
   */
  int[] weights(int place) {
    int slot = keepsAll ? place : place % MAX_OPEN;
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
