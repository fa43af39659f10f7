package io.groundstream.console.view;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedImage;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.RequestResult;
import io.groundstream.console.render.CardParts;
import io.groundstream.console.render.Palette;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Results as blocks of lines for a person at a terminal. Stateless. */
final class ResultText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);

  /** As exact as the grid of the boxes. */
  private static final int DECIMALS = 3;

  /** Control characters, also those of eight bits, and those that change a line's direction. */
  private static final Pattern STEERING =
      Pattern.compile("[\\p{Cc}\\u2028-\\u202e\\u2066-\\u2069]");

  private final boolean colored;
  private final ZoneId zone;

  /**
   * @param colored whether phrases have the colours of their boxes
   */
  ResultText(boolean colored, ZoneId zone) {
    this.colored = colored;
    this.zone = zone;
  }

  /** Returns the lines of a block, each with its end. */
  String of(ResultBlocks.Block block) {
    DeadLetter letter = block.deadLetter();
    if (letter != null) {
      return deadLetter(letter);
    }
    StringBuilder text = new StringBuilder();
    GroundedImage image = block.image();
    if (image == null) {
      GroundedPhrase first = block.phrases().get(0);
      line(text, time(first.getProcessingTime()), first.getImageId());
      phrases(text, block.phrases(), block.phrases());
      text.append("  without the image's record\n");
      return text.toString();
    }
    line(
        text,
        time(image.getProcessingTime()),
        image.getImageId(),
        image.getWidth() + "x" + image.getHeight());
    for (RequestResult request : image.getRequests()) {
      String code = request.getErrorCode();
      String answer = request.getAnswer();
      line(
          text,
          "  " + name(request.getTask()),
          code != null
              ? "no answer: " + code
              : CardParts.bounded(
                  answer != null
                      ? answer
                      : request.getCaption() == null ? "" : request.getCaption(),
                  CardParts.MOST_CAPTION));
      phrases(
          text,
          block.phrases(),
          block.phrases().stream()
              .filter(phrase -> phrase.getRequestId().equals(request.getRequestId()))
              .toList());
    }
    if (block.missing() > 0) {
      text.append("  phrases that are not here: ").append(block.missing()).append('\n');
    }
    return text.toString();
  }

  /** Returns a line about an image that is not shown. */
  String noImage(String why) {
    return "  no image: " + plain(CardParts.name(why)) + "\n";
  }

  private String deadLetter(DeadLetter letter) {
    StringBuilder text = new StringBuilder();
    String id = letter.getImageId();
    line(
        text,
        time(letter.getProcessingTime()),
        id == null ? CardParts.origin(letter.getOrigin()) : name(id),
        "dead letter",
        letter.getStage() + "/" + letter.getCode() + ":",
        CardParts.bounded(letter.getMessage(), CardParts.MOST_MESSAGE));
    return text.toString();
  }

  private void phrases(StringBuilder text, List<GroundedPhrase> all, List<GroundedPhrase> shown) {
    for (GroundedPhrase phrase : shown) {
      String mark = colored ? Palette.ansi(all.indexOf(phrase)) + "■\u001b[0m" : "-";
      text.append("    ").append(mark).append(' ').append(plain(name(phrase.getPhrase())));
      for (GroundedBox box : phrase.getBoxes()) {
        text.append("  box ")
            .append(number(box.getXMin()))
            .append(' ')
            .append(number(box.getYMin()))
            .append(' ')
            .append(number(box.getXMax()))
            .append(' ')
            .append(number(box.getYMax()));
        Double confidence = box.getConfidence();
        text.append(confidence == null ? " given" : " confidence " + number(confidence));
        if (phrase.getImageIndex() != 0) {
          text.append(" in image ").append(phrase.getImageIndex());
        }
      }
      text.append('\n');
    }
  }

  private static void line(StringBuilder text, String... parts) {
    text.append(plain(String.join("  ", parts)).stripTrailing()).append('\n');
  }

  private String time(@Nullable Instant time) {
    return time == null ? "--:--:--" : TIME.format(time.atZone(zone));
  }

  private static String name(String text) {
    return CardParts.name(text);
  }

  private static String number(double value) {
    return Double.isFinite(value)
        ? BigDecimal.valueOf(value).setScale(DECIMALS, RoundingMode.HALF_EVEN).toPlainString()
        : String.valueOf(value);
  }

  /** What comes from events must not steer the terminal. */
  private static String plain(String text) {
    return STEERING.matcher(text).replaceAll("\ufffd");
  }
}
