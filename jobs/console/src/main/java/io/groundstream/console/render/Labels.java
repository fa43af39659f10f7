package io.groundstream.console.render;

import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds a place for each label: at its box, inside the image, and where it hides as little as
 * possible of the labels before it.
 */
final class Labels {
  /** Longer phrases end in an ellipsis. */
  private static final int MOST_CODE_POINTS = 40;

  private final double width;
  private final double height;
  private final double fontSize;
  private final List<Rectangle2D> taken = new ArrayList<>();

  /** A text and the plate that it stands on. */
  record Label(String text, Rectangle2D plate) {}

  /** Creates places on an image of this size, for text of this size. */
  Labels(double width, double height, double fontSize) {
    this.width = width;
    this.height = height;
    this.fontSize = fontSize;
  }

  double padding() {
    return fontSize * 0.35;
  }

  /** Places a label at a box; its text may be empty if the image has no room for any of it. */
  Label place(String phrase, Rectangle2D box) {
    String text = fit(bounded(phrase, MOST_CODE_POINTS), width - 2 * padding());
    double labelWidth = Typeface.get().width(text, fontSize) + 2 * padding();
    double labelHeight = fontSize * 1.35;
    double left = box.getMinX();
    double right = box.getMaxX() - labelWidth;
    double above = box.getMinY() - labelHeight;
    double below = box.getMaxY();
    double[][] places = {
      {left, above},
      {left, box.getMinY()},
      {left, below},
      {right, above},
      {right, below},
      {left, box.getMaxY() - labelHeight},
      {right, box.getMinY()},
      {right, box.getMaxY() - labelHeight},
      {left, above - labelHeight},
      {left, below + labelHeight},
    };
    Rectangle2D best = null;
    double least = Double.MAX_VALUE;
    for (double[] place : places) {
      double x = Math.max(0, Math.min(place[0], width - labelWidth));
      double y = Math.max(0, Math.min(place[1], height - labelHeight));
      Rectangle2D plate = new Rectangle2D.Double(x, y, labelWidth, labelHeight);
      // Being pushed back into the image moves a label away from its box: better elsewhere.
      double moved = Math.abs(x - place[0]) + Math.abs(y - place[1]);
      double cost = hidden(plate) * 100 + moved * labelHeight * 0.1;
      if (cost < least) {
        least = cost;
        best = plate;
      }
    }
    if (best == null) {
      best = new Rectangle2D.Double(0, 0, labelWidth, labelHeight);
    }
    if (!text.isEmpty()) {
      taken.add(best);
    }
    return new Label(text, best);
  }

  private double hidden(Rectangle2D plate) {
    double area = 0;
    for (Rectangle2D other : taken) {
      Rectangle2D shared = plate.createIntersection(other);
      if (shared.getWidth() > 0 && shared.getHeight() > 0) {
        area += shared.getWidth() * shared.getHeight();
      }
    }
    return area;
  }

  private String fit(String text, double room) {
    String fitting = text;
    int length = text.codePointCount(0, text.length());
    while (length > 0 && Typeface.get().width(fitting, fontSize) > room) {
      length--;
      fitting = bounded(text, length);
    }
    return fitting.equals("…") ? "" : fitting;
  }

  /** Shortens a text, and makes one line of it. */
  static String bounded(String text, int mostCodePoints) {
    StringBuilder line = new StringBuilder();
    int count = 0;
    for (int index = 0; index < text.length(); ) {
      int codePoint = text.codePointAt(index);
      index += Character.charCount(codePoint);
      boolean space = Character.isWhitespace(codePoint) || Character.isISOControl(codePoint);
      if (space && (line.isEmpty() || line.charAt(line.length() - 1) == ' ')) {
        continue;
      }
      if (count == mostCodePoints) {
        line.setLength(line.offsetByCodePoints(line.length(), count > 0 ? -1 : 0));
        return line.toString().stripTrailing() + "…";
      }
      line.appendCodePoint(space ? ' ' : codePoint);
      count++;
    }
    return line.toString().stripTrailing();
  }
}
