package io.groundstream.evaluation.metric;

import java.util.List;

/**
 * A rectangle in pixels of the image as it is stored. Its corners are as written by an annotator or
 * a model: they may be inverted, and then the box overlaps nothing.
 */
public record PixelBox(double xMin, double yMin, double xMax, double yMax) {
  /** The box that stands for a missing prediction, as in the authors' evaluators. */
  public static final PixelBox NONE = new PixelBox(0, 0, 0, 0);

  /** Returns the box from its corner and size, as in COCO's files. */
  public static PixelBox ofSize(double x, double y, double width, double height) {
    return new PixelBox(x, y, x + width, y + height);
  }

  /** Returns the smallest box around all given ones, of which there is at least one. */
  public static PixelBox around(List<PixelBox> boxes) {
    PixelBox merged = boxes.get(0);
    for (PixelBox box : boxes) {
      merged =
          new PixelBox(
              Math.min(merged.xMin, box.xMin),
              Math.min(merged.yMin, box.yMin),
              Math.max(merged.xMax, box.xMax),
              Math.max(merged.yMax, box.yMax));
    }
    return merged;
  }

  /** Returns the mean of the corners of the given boxes, of which there is at least one. */
  public static PixelBox mean(List<PixelBox> boxes) {
    return new PixelBox(
        boxes.stream().mapToDouble(PixelBox::xMin).average().orElseThrow(),
        boxes.stream().mapToDouble(PixelBox::yMin).average().orElseThrow(),
        boxes.stream().mapToDouble(PixelBox::xMax).average().orElseThrow(),
        boxes.stream().mapToDouble(PixelBox::yMax).average().orElseThrow());
  }

  /**
   * Returns the intersection over union with another box, without adding a pixel to any side. It is
   * in [0, 1]; 0 for an inverted box, and NaN if both boxes have no area.
   */
  public double intersectionOverUnion(PixelBox other) {
    double width = Math.max(0, Math.min(xMax, other.xMax) - Math.max(xMin, other.xMin));
    double height = Math.max(0, Math.min(yMax, other.yMax) - Math.max(yMin, other.yMin));
    double intersection = width * height;
    return intersection / (area() + other.area() - intersection);
  }

  /** Returns whether this prediction hits a true box: their IoU is at least 0.5. */
  public boolean hits(PixelBox truth) {
    return intersectionOverUnion(truth) >= 0.5;
  }

  private double area() {
    return (xMax - xMin) * (yMax - yMin);
  }
}
