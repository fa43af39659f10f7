package io.groundstream.console.demo;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.RequestResult;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Results as people read them: a line with image, task and caption, and below it one line per
 * phrase, {@code phrase TEXT box x_min y_min x_max y_max confidence C}.
 */
final class DemoPrinter {
  private final PrintWriter out;

  DemoPrinter(PrintWriter out) {
    this.out = out;
  }

  void print(DemoResult result) {
    GroundedImage image = result.image();
    if (image != null) {
      for (RequestResult request : image.getRequests()) {
        print(image, request, result);
      }
    }
    for (DeadLetter letter : result.deadLetters()) {
      out.printf(
          "%s  dead letter  %s/%s: %s%n",
          plain(result.name()),
          letter.getStage(),
          letter.getCode(),
          plain(String.valueOf(letter.getMessage())));
    }
    out.flush();
  }

  private void print(GroundedImage image, RequestResult request, DemoResult result) {
    if (request.getErrorCode() != null) {
      // Its dead letter is printed below.
      return;
    }
    out.printf(
        "%s  %s  %s%n",
        plain(image.getEventId()), plain(request.getTask()), plain(request.getCaption()));
    for (GroundedPhrase phrase : result.phrases(request.getRequestId())) {
      StringBuilder line = new StringBuilder("  phrase ").append(plain(phrase.getPhrase()));
      for (GroundedBox box : phrase.getBoxes()) {
        line.append("  box ")
            .append(number(box.getXMin()))
            .append(' ')
            .append(number(box.getYMin()))
            .append(' ')
            .append(number(box.getXMax()))
            .append(' ')
            .append(number(box.getYMax()));
        Double confidence = box.getConfidence();
        line.append(
            confidence == null
                ? "  given"
                : String.format(Locale.ROOT, "  confidence %.3f", confidence));
      }
      out.println(line);
    }
  }

  /** As exact as the grid of the boxes, and no longer than needed. */
  private static String number(double value) {
    BigDecimal rounded =
        BigDecimal.valueOf(value).setScale(6, RoundingMode.HALF_EVEN).stripTrailingZeros();
    return rounded.toPlainString();
  }

  /** What comes from events must not steer the terminal. */
  private static String plain(@Nullable String text) {
    return text == null ? "" : text.replaceAll("\\p{Cntrl}", "\ufffd");
  }
}
