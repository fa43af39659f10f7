package io.groundstream.console.render;

import io.groundstream.images.ImageDecoder;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes one picture of the page: the picture with its boxes, and a section for each answer. */
final class CardWriter {
  /** Boxes are drawn on a plane of this size, whatever the picture's. */
  private static final double PLANE = 1000;

  /** The tallest shape that is shown at a card's full width, as the style sheet has it. */
  private static final double TALLEST = 1.3;

  private static final double FONT_SIZE = 36;
  private static final int MOST_TEXT = 4000;
  private static final int MOST_NAME = 200;

  /** So that a page of hostile answers stays a page. */
  private static final int MOST_PHRASES = 200;

  private final Writer out;
  private final ImageDecoder decoder;

  CardWriter(Writer out, ImageDecoder decoder) {
    this.out = out;
    this.decoder = decoder;
  }

  void write(PageImage image) throws IOException {
    EmbeddedImage picture = EmbeddedImage.of(image.bytes(), decoder);
    int shown = firstWithBoxes(image.answers());
    out.write("<article>\n");
    if (picture == null) {
      out.write("<figure class=\"none\"><span>This picture cannot be shown.</span></figure>\n");
    } else {
      writePicture(image, picture, shown);
    }
    writeName(image, picture);
    if (image.failure() != null) {
      out.write("<section>");
      writeFailure(image.failure());
      out.write("</section>\n");
    }
    for (int index = 0; index < image.answers().size(); index++) {
      writeAnswer(image.answers().get(index), index, index == shown, picture != null);
    }
    out.write("</article>\n");
  }

  private static int firstWithBoxes(List<PageAnswer> answers) {
    for (int index = 0; index < answers.size(); index++) {
      if (hasBoxes(answers.get(index))) {
        return index;
      }
    }
    return 0;
  }

  private static boolean hasBoxes(PageAnswer answer) {
    return answer.phrases().stream().anyMatch(phrase -> !phrase.boxes().isEmpty());
  }

  private void writePicture(PageImage image, EmbeddedImage picture, int shown) throws IOException {
    // Tall pictures are shown narrow: their plane is, too, so that all labels are of one size.
    double unit = PLANE / Math.max(picture.width(), picture.height() / TALLEST);
    double width = picture.width() * unit;
    double height = picture.height() * unit;
    out.write("<figure><img alt=\"");
    out.write(Html.escape(Labels.bounded(image.imageId(), MOST_NAME)));
    write("\" width=\"%d\" height=\"%d\" src=\"", picture.width(), picture.height());
    out.write(picture.uri());
    write("\"/>\n<svg viewBox=\"0 0 %.1f %.1f\" aria-hidden=\"true\">\n", width, height);
    for (int index = 0; index < image.answers().size(); index++) {
      PageAnswer answer = image.answers().get(index);
      if (hasBoxes(answer)) {
        write("<g class=\"task%s\" data-a=\"%d\">\n", index == shown ? " on" : "", index);
        writeBoxes(answer.phrases(), index, width, height);
        out.write("</g>\n");
      }
    }
    out.write("</svg></figure>\n");
  }

  private void writeBoxes(List<PagePhrase> phrases, int answer, double width, double height)
      throws IOException {
    double fontSize = Math.min(FONT_SIZE, height * 0.6);
    Labels labels = new Labels(width, height, fontSize);
    for (int ordinal = 0; ordinal < Math.min(phrases.size(), MOST_PHRASES); ordinal++) {
      PagePhrase phrase = phrases.get(ordinal);
      if (phrase.boxes().isEmpty()) {
        continue;
      }
      write("<g class=\"p c%d\" data-p=\"%d-%d\">\n", ordinal % Palette.SIZE, answer, ordinal);
      for (PageBox box : phrase.boxes()) {
        PageBox clamped = box.clamped();
        Rectangle2D shape =
            new Rectangle2D.Double(
                clamped.xMin() * width,
                clamped.yMin() * height,
                (clamped.xMax() - clamped.xMin()) * width,
                (clamped.yMax() - clamped.yMin()) * height);
        String given = box.given() ? " given" : "";
        writeRectangle("rim" + given, shape, 6);
        writeRectangle("box" + given, shape, 6);
        Labels.Label label = labels.place(phrase.phrase(), shape);
        if (!label.text().isEmpty()) {
          Rectangle2D plate = label.plate();
          writeRectangle("plate", plate, 9);
          write(
              "<text x=\"%.1f\" y=\"%.1f\" font-size=\"%.1f\" textLength=\"%.1f\""
                  + " lengthAdjust=\"spacingAndGlyphs\">",
              plate.getX() + labels.padding(),
              plate.getCenterY() + fontSize * 0.34,
              fontSize,
              plate.getWidth() - 2 * labels.padding());
          out.write(Html.escape(label.text()));
          out.write("</text>\n");
        }
      }
      out.write("</g>\n");
    }
  }

  private void writeRectangle(String style, Rectangle2D shape, int round) throws IOException {
    write(
        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%d\"/>\n",
        style, shape.getX(), shape.getY(), shape.getWidth(), shape.getHeight(), round);
  }

  private void writeName(PageImage image, @Nullable EmbeddedImage picture) throws IOException {
    int width = picture == null ? image.width() : picture.width();
    int height = picture == null ? image.height() : picture.height();
    out.write("<figcaption><b>");
    out.write(Html.escape(Labels.bounded(image.imageId(), MOST_NAME)));
    out.write("</b>");
    if (width > 0 && height > 0) {
      write("<span>%d × %d</span>", width, height);
    }
    out.write("</figcaption>\n");
  }

  private void writeAnswer(PageAnswer answer, int index, boolean shown, boolean hasPicture)
      throws IOException {
    boolean pick = hasPicture && hasBoxes(answer);
    write(
        "<section class=\"%s%s\" data-a=\"%d\"><h2>",
        pick ? "pick" : "", pick && shown ? " on" : "", index);
    out.write(Html.escape(Labels.bounded(answer.task().replace('-', ' '), MOST_NAME)));
    out.write("</h2>\n");
    if (answer.failure() == null) {
      writeText(answer, index);
      writeBoxList(answer, index);
    } else {
      writeFailure(answer.failure());
    }
    out.write("</section>\n");
  }

  private void writeFailure(PageFailure failure) throws IOException {
    out.write("<div class=\"failure\"><code>");
    out.write(Html.escape(Labels.bounded(failure.code(), MOST_NAME)));
    out.write("</code>");
    if (!failure.stage().isBlank()) {
      out.write(" <span>at ");
      out.write(Html.escape(Labels.bounded(failure.stage(), MOST_NAME)));
      out.write("</span>");
    }
    out.write("<br/>");
    out.write(Html.escape(Labels.bounded(failure.message(), MOST_TEXT)));
    out.write("</div>");
  }

  /** A phrase with its place on the page, so that spans can be sorted without losing it. */
  private record Span(int start, int end, int ordinal) {}

  private void writeText(PageAnswer answer, int index) throws IOException {
    int[] codePoints = answer.text().codePoints().limit(MOST_TEXT).toArray();
    List<Span> spans = new ArrayList<>();
    for (int ordinal = 0; ordinal < Math.min(answer.phrases().size(), MOST_PHRASES); ordinal++) {
      PagePhrase phrase = answer.phrases().get(ordinal);
      if (phrase.start() >= 0
          && phrase.start() < phrase.end()
          && phrase.end() <= codePoints.length) {
        spans.add(new Span(phrase.start(), phrase.end(), ordinal));
      }
    }
    spans.sort(Comparator.comparingInt(Span::start));
    int written = 0;
    out.write("<p>");
    for (Span span : spans) {
      if (span.start() < written) {
        // Spans that overlap cannot both be marked; the list below has them all.
        continue;
      }
      out.write(Html.escape(new String(codePoints, written, span.start() - written)));
      write(
          "<mark class=\"c%d\" data-p=\"%d-%d\" tabindex=\"0\">",
          span.ordinal() % Palette.SIZE, index, span.ordinal());
      out.write(Html.escape(new String(codePoints, span.start(), span.end() - span.start())));
      out.write("</mark>");
      written = span.end();
    }
    out.write(Html.escape(new String(codePoints, written, codePoints.length - written)));
    if (answer.text().codePointCount(0, answer.text().length()) > MOST_TEXT) {
      out.write("…");
    }
    out.write("</p>\n");
  }

  private void writeBoxList(PageAnswer answer, int index) throws IOException {
    if (!hasBoxes(answer)) {
      return;
    }
    out.write("<ul class=\"boxes\">\n");
    for (int ordinal = 0; ordinal < Math.min(answer.phrases().size(), MOST_PHRASES); ordinal++) {
      PagePhrase phrase = answer.phrases().get(ordinal);
      for (PageBox box : phrase.boxes()) {
        write(
            "<li data-p=\"%d-%d\" title=\"%.3f %.3f %.3f %.3f\"><i class=\"c%d\"></i>",
            index, ordinal, box.xMin(), box.yMin(), box.xMax(), box.yMax(), ordinal % Palette.SIZE);
        out.write(Html.escape(Labels.bounded(phrase.phrase(), 40)));
        Double confidence = box.confidence();
        if (box.given()) {
          out.write(" · given");
        } else if (confidence != null) {
          write(" · %.0f %%", 100 * confidence);
        }
        out.write("</li>\n");
      }
    }
    out.write("</ul>\n");
  }

  private void write(String format, Object... arguments) throws IOException {
    out.write(String.format(Locale.ROOT, format, arguments));
  }
}
