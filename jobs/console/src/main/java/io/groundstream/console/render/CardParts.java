package io.groundstream.console.render;

import io.groundstream.avro.DeadLetter;
import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.Origin;
import io.groundstream.avro.RequestResult;
import io.groundstream.schemas.text.Texts;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes the parts of cards out of records, and bounds them: a page shows many cards. */
public final class CardParts {
  /** The most phrases of one image, over all its answers. */
  public static final int MOST_PHRASES = 200;

  public static final int MOST_ANSWERS = 16;
  public static final int MOST_CAPTION = 2000;
  public static final int MOST_MESSAGE = 500;
  public static final int MOST_NAME = 200;
  private static final int MOST_BOXES = 32;
  private static final int MOST_ATTRIBUTES = 24;

  private CardParts() {}

  /** Returns the answer to a request, without its phrases. */
  public static Card.Answer answer(RequestResult result) {
    String caption = result.getCaption();
    String code = result.getErrorCode();
    return new Card.Answer(
        name(result.getRequestId()),
        name(result.getTask()),
        caption == null ? "" : bounded(caption, MOST_CAPTION),
        code == null ? null : new Card.Failure(name(code), "", ""),
        Math.max(0, Math.min(result.getPhraseCount(), MOST_PHRASES)),
        List.of());
  }

  public static Card.Failure failure(DeadLetter letter) {
    return new Card.Failure(
        name(letter.getCode()),
        name(letter.getStage()),
        bounded(letter.getMessage(), MOST_MESSAGE));
  }

  public static Card.Phrase phrase(GroundedPhrase phrase) {
    return new Card.Phrase(
        phrase.getOrdinal(),
        name(phrase.getPhrase()),
        phrase.getStart(),
        phrase.getEnd(),
        // A card shows the event's own image.
        phrase.getImageIndex() == 0
            ? phrase.getBoxes().stream().limit(MOST_BOXES).map(CardParts::box).toList()
            : List.of());
  }

  private static Card.Box box(GroundedBox box) {
    return new Card.Box(
        box.getXMin(),
        box.getYMin(),
        box.getXMax(),
        box.getYMax(),
        box.getConfidence(),
        box.getSource().equals("given"));
  }

  public static Map<String, String> attributes(Map<String, String> attributes) {
    Map<String, String> shown = new LinkedHashMap<>();
    attributes.entrySet().stream()
        .limit(MOST_ATTRIBUTES)
        .forEach(attribute -> shown.put(name(attribute.getKey()), name(attribute.getValue())));
    return shown;
  }

  public static String origin(Origin origin) {
    return name(origin.getName() + " " + origin.getPosition()).strip();
  }

  /** Shortens an identifier or another text of one line. */
  public static String name(String text) {
    return bounded(text, MOST_NAME);
  }

  /** Shortens a text, between code points. */
  public static String bounded(String text, int mostCodePoints) {
    return Texts.shortenedToCodePoints(text, mostCodePoints);
  }
}
