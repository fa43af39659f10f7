package io.groundstream.console.render;

import io.groundstream.images.DecodedImage;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Stroke;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Draws phrases and their boxes on an image, for people to look at: a colour for each phrase, boxes
 * with a dark rim so that they show on every ground, labels on plates. Boxes that were given with
 * the question are dashed.
 *
 * <p>An image smaller than 480 pixels is enlarged, and one larger than 4096 reduced, so that labels
 * can be read and the result can be opened. Needs neither a screen nor fonts.
 *
 * <p>Stateless; safe for use by many threads.
 */
public final class BoxRenderer {
  private static final int SMALLEST_SIDE = 480;
  private static final int LARGEST_SIDE = 4096;
  private static final float THIN_LINE = 3;
  private static final Color RIM = new Color(0, 0, 0, 170);
  private static final Color INK = new Color(0x14, 0x16, 0x1a);

  /** Draws all boxes of all phrases and returns the image as PNG. */
  public byte[] render(DecodedImage image, List<Card.Phrase> phrases) {
    BufferedImage canvas = canvas(image);
    Graphics2D graphics = canvas.createGraphics();
    try {
      draw(graphics, canvas.getWidth(), canvas.getHeight(), phrases);
    } finally {
      graphics.dispose();
    }
    return png(canvas);
  }

  /** Draws the boxes of phrases without labels; the places of phrases choose their colours. */
  static void drawBoxes(BufferedImage canvas, List<Card.Phrase> phrases) {
    Graphics2D graphics = canvas.createGraphics();
    try {
      smooth(graphics);
      for (int ordinal = 0; ordinal < phrases.size(); ordinal++) {
        for (Card.Box box : phrases.get(ordinal).boxes()) {
          Rectangle2D shape = toPixels(box, canvas.getWidth(), canvas.getHeight(), THIN_LINE);
          drawBox(graphics, shape, Palette.color(ordinal), THIN_LINE, box.given());
        }
      }
    } finally {
      graphics.dispose();
    }
  }

  private static BufferedImage canvas(DecodedImage image) {
    BufferedImage source = Images.toBufferedImage(image);
    int longer = Math.max(image.width(), image.height());
    if (longer >= SMALLEST_SIDE && longer <= LARGEST_SIDE) {
      return source;
    }
    double scale = (double) (longer < SMALLEST_SIDE ? SMALLEST_SIDE : LARGEST_SIDE) / longer;
    return Images.scale(source, scale);
  }

  private static void smooth(Graphics2D graphics) {
    graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
  }

  private static void draw(Graphics2D graphics, int width, int height, List<Card.Phrase> phrases) {
    smooth(graphics);
    double fontSize = fontSize(width, height);
    float line = (float) Math.max(2, fontSize / 7);
    Labels labels = new Labels(width, height, fontSize);
    List<Labels.Label> placed = new ArrayList<>();
    List<Color> colors = new ArrayList<>();
    for (int ordinal = 0; ordinal < phrases.size(); ordinal++) {
      Card.Phrase phrase = phrases.get(ordinal);
      Color color = Palette.color(ordinal);
      for (Card.Box box : phrase.boxes()) {
        Rectangle2D shape = toPixels(box, width, height, line);
        drawBox(graphics, shape, color, line, box.given());
        placed.add(labels.place(phrase.text(), shape));
        colors.add(color);
      }
    }
    // Labels last: no box may cross one.
    for (int index = 0; index < placed.size(); index++) {
      drawLabel(graphics, placed.get(index), colors.get(index), fontSize, labels.padding());
    }
  }

  private static double fontSize(int width, int height) {
    double size = Math.sqrt((double) width * height) / 34;
    return Math.max(14, Math.min(size, Math.max(width, height) / 20.0));
  }

  /** Keeps a box with its line inside the image, and at least a pixel large. */
  private static Rectangle2D toPixels(Card.Box box, int width, int height, float line) {
    double inset = line / 2 + 1;
    double left = Math.max(inset, Math.min(box.x0() * width, width - inset - 1));
    double top = Math.max(inset, Math.min(box.y0() * height, height - inset - 1));
    double right = Math.max(left + 1, Math.min(box.x1() * width, width - inset));
    double bottom = Math.max(top + 1, Math.min(box.y1() * height, height - inset));
    return new Rectangle2D.Double(left, top, right - left, bottom - top);
  }

  private static void drawBox(
      Graphics2D graphics, Rectangle2D shape, Color color, float line, boolean dashed) {
    graphics.setColor(RIM);
    graphics.setStroke(stroke(line + Math.max(2, line / 2), dashed ? line : 0));
    graphics.draw(shape);
    graphics.setColor(color);
    graphics.setStroke(stroke(line, dashed ? line : 0));
    graphics.draw(shape);
  }

  private static Stroke stroke(float width, float dash) {
    return dash == 0
        ? new BasicStroke(width, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND)
        : new BasicStroke(
            width,
            BasicStroke.CAP_BUTT,
            BasicStroke.JOIN_ROUND,
            1,
            new float[] {4 * dash, 2 * dash},
            0);
  }

  private static void drawLabel(
      Graphics2D graphics, Labels.Label label, Color color, double fontSize, double padding) {
    if (label.text().isEmpty()) {
      return;
    }
    Rectangle2D plate = label.plate();
    double round = fontSize * 0.4;
    RoundRectangle2D shape =
        new RoundRectangle2D.Double(
            plate.getX(), plate.getY(), plate.getWidth(), plate.getHeight(), round, round);
    graphics.setColor(color);
    graphics.fill(shape);
    graphics.setColor(RIM);
    graphics.setStroke(stroke(1, 0));
    graphics.draw(shape);
    graphics.setColor(INK);
    double base = plate.getCenterY() + fontSize * (Typeface.ASCENT - Typeface.DESCENT) / 2;
    graphics.fill(Typeface.get().outline(label.text(), fontSize, plate.getX() + padding, base));
  }

  private static byte[] png(BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream output = new MemoryCacheImageOutputStream(bytes)) {
      if (!ImageIO.write(image, "png", output)) {
        throw new IllegalStateException("no PNG writer (expected: the JDK's)");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written", e);
    }
    return bytes.toByteArray();
  }
}
