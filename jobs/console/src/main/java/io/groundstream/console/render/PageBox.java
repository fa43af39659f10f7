package io.groundstream.console.render;

import org.jspecify.annotations.Nullable;

/**
 * A box on a picture, in shares of its width and height: 0 is left or top, 1 right or bottom.
 * Renderers clamp what lies outside.
 *
 * @param confidence 0 to 1, or null where there is none
 * @param given whether it was part of the question rather than of the answer
 */
public record PageBox(
    double xMin,
    double yMin,
    double xMax,
    double yMax,
    @Nullable Double confidence,
    boolean given) {
  /** Returns this box within the picture and the right way round; what is no number becomes 0. */
  PageBox clamped() {
    double left = clamp(Math.min(xMin, xMax));
    double top = clamp(Math.min(yMin, yMax));
    double right = clamp(Math.max(xMin, xMax));
    double bottom = clamp(Math.max(yMin, yMax));
    return new PageBox(left, top, right, bottom, confidence, given);
  }

  private static double clamp(double share) {
    return share > 0 ? Math.min(share, 1) : 0;
  }
}
