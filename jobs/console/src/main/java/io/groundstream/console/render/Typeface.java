package io.groundstream.console.render;

import java.awt.geom.AffineTransform;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.fontbox.ttf.CmapLookup;
import org.apache.fontbox.ttf.GlyphData;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;

/**
 * Text as outlines, from a font that is part of the program: Liberation Sans, in PDFBox's jar. The
 * Java of a server often has no fonts, and {@code java.awt.Font} fails there.
 *
 * <p>A character that the font does not have becomes an empty box. Text is not shaped: scripts that
 * need it appear as single letters, from left to right.
 *
 * <p>Safe for use by many threads.
 */
final class Typeface {
  private static final String RESOURCE =
      "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";

  /** Heights above and below the line, in shares of the size. */
  static final double ASCENT = 0.73;

  static final double DESCENT = 0.21;

  private final TrueTypeFont font;
  private final CmapLookup characters;
  private final double unitsPerEm;
  private final Map<Integer, Glyph> glyphs = new ConcurrentHashMap<>();

  private record Glyph(Path2D outline, double advance) {}

  /** One instance: parsing takes a moment, and outlines are cached. */
  private static final class Holder {
    static final Typeface INSTANCE = new Typeface();
  }

  private Typeface() {
    try (InputStream resource = TTFParser.class.getResourceAsStream(RESOURCE)) {
      if (resource == null) {
        throw new IllegalStateException(RESOURCE + ": missing (expected: in the PDFBox jar)");
      }
      font = new TTFParser(true).parseEmbedded(resource);
      characters = font.getUnicodeCmapLookup();
      unitsPerEm = font.getUnitsPerEm();
    } catch (IOException e) {
      throw new UncheckedIOException(RESOURCE + " cannot be read", e);
    }
  }

  static Typeface get() {
    return Holder.INSTANCE;
  }

  /** Returns how wide the text is at a size in pixels. */
  double width(String text, double size) {
    double width = 0;
    for (int index = 0; index < text.length(); ) {
      int codePoint = text.codePointAt(index);
      width += glyph(codePoint).advance();
      index += Character.charCount(codePoint);
    }
    return width * size;
  }

  /** Returns the text's outline, starting at {@code x} on the base line {@code y}. */
  Path2D outline(String text, double size, double x, double y) {
    Path2D.Double path = new Path2D.Double(Path2D.WIND_NON_ZERO);
    double pen = x;
    for (int index = 0; index < text.length(); ) {
      int codePoint = text.codePointAt(index);
      Glyph glyph = glyph(codePoint);
      AffineTransform place = new AffineTransform(size, 0, 0, -size, pen, y);
      path.append(glyph.outline().getPathIterator(place), false);
      pen += glyph.advance() * size;
      index += Character.charCount(codePoint);
    }
    return path;
  }

  private Glyph glyph(int codePoint) {
    return glyphs.computeIfAbsent(codePoint, this::load);
  }

  private Glyph load(int codePoint) {
    int type = Character.getType(codePoint);
    if (type == Character.NON_SPACING_MARK || type == Character.FORMAT) {
      // Variation selectors, joiners and marks are not visible by themselves.
      return new Glyph(new Path2D.Double(), 0);
    }
    try {
      // A font reads its tables lazily, from one position in the file at a time.
      synchronized (font) {
        int glyphId = characters.getGlyphId(codePoint);
        if (glyphId == 0) {
          return missing();
        }
        GlyphData data = font.getGlyph().getGlyph(glyphId);
        Path2D.Double outline = new Path2D.Double();
        if (data != null) {
          outline.append(
              data.getPath()
                  .getPathIterator(
                      AffineTransform.getScaleInstance(1 / unitsPerEm, 1 / unitsPerEm)),
              false);
        }
        return new Glyph(outline, font.getAdvanceWidth(glyphId) / unitsPerEm);
      }
    } catch (IOException e) {
      return missing();
    }
  }

  /** Returns a frame: the inner rectangle runs the other way round, so that it stays empty. */
  private static Glyph missing() {
    Path2D.Double frame = new Path2D.Double(Path2D.WIND_NON_ZERO);
    frame.append(new Rectangle2D.Double(0.08, 0, 0.58, 0.7), false);
    frame.moveTo(0.17, 0.09);
    frame.lineTo(0.17, 0.61);
    frame.lineTo(0.57, 0.61);
    frame.lineTo(0.57, 0.09);
    frame.closePath();
    return new Glyph(frame, 0.74);
  }
}
