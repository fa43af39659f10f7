package io.groundstream.console.view;

import io.groundstream.avro.GroundedBox;
import io.groundstream.avro.GroundedPhrase;
import io.groundstream.avro.Origin;
import io.groundstream.schemas.text.Texts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the parts of cards out of records, cut to a size that a page of many can bear. */
final class CardParts {
  /** So that a page of hostile answers stays a page: of one picture, over all its answers. */
  static final int MOST_PHRASES = 200;

  static final int MOST_ANSWERS = 16;
  static final int MOST_CAPTION = 2000;
  static final int MOST_NAME = 200;
  private static final int MOST_BOXES = 32;
  private static final int MOST_ATTRIBUTES = 24;

  private CardParts() {}

  static Card.Phrase phrase(GroundedPhrase phrase) {
    List<Card.Box> boxes = new ArrayList<>();
    for (GroundedBox box : phrase.getBoxes()) {
      if (boxes.size() == MOST_BOXES) {
        break;
      }
      boxes.add(
          box(
              box.getXMin(),
              box.getYMin(),
              box.getXMax(),
              box.getYMax(),
              box.getConfidence(),
              box.getSource().equals("given")));
    }
    return new Card.Phrase(
        phrase.getOrdinal(),
        bounded(phrase.getPhrase(), MOST_NAME),
        phrase.getStart(),
        phrase.getEnd(),
        boxes);
  }

  /** Returns a box that lies within the picture and is the right way round. */
  static Card.Box box(
      double xMin,
      double yMin,
      double xMax,
      double yMax,
      @Nullable Double confidence,
      boolean given) {
    return new Card.Box(
        share(Math.min(xMin, xMax)),
        share(Math.min(yMin, yMax)),
        share(Math.max(xMin, xMax)),
        share(Math.max(yMin, yMax)),
        confidence == null ? null : share(confidence),
        given);
  }

  /** What is no number becomes 0. */
  private static double share(double value) {
    return value > 0 ? Math.min(value, 1) : 0;
  }

  static Map<String, String> attributes(Map<String, String> attributes) {
    Map<String, String> shown = new LinkedHashMap<>();
    for (Map.Entry<String, String> attribute : attributes.entrySet()) {
      if (shown.size() == MOST_ATTRIBUTES) {
        break;
      }
      shown.put(bounded(attribute.getKey(), MOST_NAME), bounded(attribute.getValue(), MOST_NAME));
    }
    return shown;
  }

  static String origin(Origin origin) {
    return bounded(origin.getName() + " " + origin.getPosition(), MOST_NAME).strip();
  }

  /** Shortens a text, between code points. */
  static String bounded(String text, int mostCodePoints) {
    return Texts.shortenedToCodePoints(text, mostCodePoints);
  }
}
