package io.groundstream.kosmos2.text;

import java.util.ArrayList;
import java.util.List;

/**
 * A parser of the grammar of Kosmos-2's answers: text, {@code <phrase>TEXT</phrase>}, and {@code
 * <object>} with pairs of locations, after a phrase or alone. Accepts any sequence of pieces. For a
 * single use; not thread-safe.
 */
final class PieceReader {
  private static final int MAX_WARNINGS = 16;

  private final List<Piece> pieces;
  private final LocationTokens grid;
  private final int image;
  private final StringBuilder caption = new StringBuilder();
  private final List<Found> found = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private int next;

  /** A phrase in the unstripped caption, with UTF-16 indices. */
  private record Found(int start, int end, List<PhraseBox> boxes) {}

  /**
   * @param image the index of the image in which the boxes are
   */
  PieceReader(List<Piece> pieces, LocationTokens grid, int image) {
    this.image = image;
    this.pieces = pieces;
    this.grid = grid;
  }

  GroundedText read() {
    StringBuilder answer = new StringBuilder();
    for (int index = 0; index < pieces.size(); index++) {
      Piece piece = pieces.get(index);
      if (piece instanceof Piece.Text text && text.generated()) {
        answer.append(text.written());
      } else if (piece instanceof Piece.Mark mark && mark.tag() == Tag.END_OF_IMAGE) {
        next = index + 1;
        if (mark.generated()) {
          warnings.add(
              "</image> in the generated text: the text before it is not part of the caption");
        }
      }
    }
    StringBuilder text = new StringBuilder();
    pieces.subList(next, pieces.size()).forEach(piece -> text.append(piece.written()));
    while (next < pieces.size()) {
      step();
    }
    if (warnings.size() > MAX_WARNINGS) {
      int more = warnings.size() - MAX_WARNINGS + 1;
      warnings.subList(MAX_WARNINGS - 1, warnings.size()).clear();
      warnings.add("and " + more + " more");
    }
    return new GroundedText(
        text.toString(),
        Texts.strip(caption.toString()),
        Texts.strip(answer.toString()),
        phrases(),
        warnings);
  }

  private void step() {
    Piece piece = pieces.get(next++);
    if (piece instanceof Piece.Text text) {
      caption.append(text.written());
    } else if (piece instanceof Piece.Location) {
      next--;
      strayLocations();
    } else if (piece instanceof Piece.Mark mark) {
      switch (mark.tag()) {
        case PHRASE -> phrase();
        case OBJECT -> {
          int place = caption.length();
          warnings.add("<object> without a phrase" + here(place));
          object(place, place, "");
        }
        case GROUNDING -> {}
        case IMAGE,
            END_OF_IMAGE,
            END_OF_PHRASE,
            END_OF_OBJECT,
            DELIMITER,
            END_OF_DOCUMENT,
            END_OF_CHUNK,
            END_OF_LINE ->
            warnings.add("unexpected " + mark.written() + here(caption.length()));
      }
    }
  }

  /** Parses a phrase, after {@code <phrase>}. */
  private void phrase() {
    int start = caption.length();
    while (next < pieces.size() && pieces.get(next) instanceof Piece.Text text) {
      caption.append(text.written());
      next++;
    }
    int end = caption.length();
    String name = Texts.quote(Texts.strip(caption.substring(start, end)));
    if (isNext(Tag.END_OF_PHRASE)) {
      next++;
      skipSpaceBeforeObject();
    } else {
      warnings.add("phrase " + name + " is not closed (expected: </phrase>)");
    }
    if (isNext(Tag.OBJECT)) {
      next++;
      object(start, end, name);
    } else {
      warnings.add("phrase " + name + " has no box (expected: <object> after it)");
    }
  }

  /**
   * Parses an object, after {@code <object>}, up to its end or to a piece that cannot be part of
   * it.
   */
  private void object(int start, int end, String name) {
    String where = name.isEmpty() ? here(start) : " of phrase " + name;
    List<PhraseBox> boxes = new ArrayList<>();
    Piece.Location first = null;
    boolean delimited = true;
    boolean closed = false;
    while (next < pieces.size() && !closed) {
      Piece piece = pieces.get(next);
      if (piece instanceof Piece.Location location) {
        if (first == null) {
          if (!delimited) {
            warnings.add("boxes without " + Tag.DELIMITER.content() + " between them" + where);
          }
          first = location;
        } else {
          boxes.add(box(first, location));
          first = null;
          delimited = false;
        }
      } else if (isNext(Tag.DELIMITER) && !delimited) {
        delimited = true;
      } else if (isNext(Tag.END_OF_OBJECT)) {
        closed = true;
      } else if (!(piece instanceof Piece.Text text && Texts.isBlank(text.written()))) {
        break;
      }
      next++;
    }
    if (first != null) {
      warnings.add("lone location " + first.written() + where + " (expected: pairs)");
    }
    if (!closed) {
      warnings.add("<object> is not closed" + where + " (expected: </object>)");
    } else if (delimited && !boxes.isEmpty()) {
      warnings.add(Tag.DELIMITER.content() + " without a box after it" + where);
    }
    if (boxes.isEmpty()) {
      warnings.add("<object> without a box" + where);
    } else {
      found.add(new Found(start, end, boxes));
    }
  }

  private PhraseBox box(Piece.Location upperLeft, Piece.Location lowerRight) {
    boolean given = !upperLeft.generated() && !lowerRight.generated();
    double product = 1;
    int factors = 0;
    for (Piece.Location corner : List.of(upperLeft, lowerRight)) {
      if (corner.generated()) {
        product *= Math.max(0, Math.min(1, corner.probability()));
        factors++;
      }
    }
    double mean = factors == 2 ? Math.sqrt(product) : product;
    return new PhraseBox(
        grid.box(upperLeft.cell(), lowerRight.cell()),
        given || Double.isNaN(mean) ? null : (Double) mean,
        given,
        grid.isInverted(upperLeft.cell(), lowerRight.cell()));
  }

  private void strayLocations() {
    String first = pieces.get(next).written();
    int count = 0;
    while (next < pieces.size() && pieces.get(next) instanceof Piece.Location) {
      count++;
      next++;
    }
    warnings.add(count + " location(s) outside <object>, from " + first + here(caption.length()));
  }

  private void skipSpaceBeforeObject() {
    if (next + 1 < pieces.size()
        && pieces.get(next) instanceof Piece.Text text
        && Texts.isBlank(text.written())
        && pieces.get(next + 1) instanceof Piece.Mark mark
        && mark.tag() == Tag.OBJECT) {
      caption.append(text.written());
      next++;
    }
  }

  private boolean isNext(Tag tag) {
    return next < pieces.size() && pieces.get(next) instanceof Piece.Mark mark && mark.tag() == tag;
  }

  private String here(int place) {
    String before = Texts.strip(caption.substring(0, place));
    return before.isEmpty() ? " at the beginning" : " after " + Texts.quote(tail(before));
  }

  private static String tail(String text) {
    int words = text.lastIndexOf(' ', Math.max(0, text.length() - 2));
    return text.length() > 24 && words > text.length() - 24 ? text.substring(words + 1) : text;
  }

  /** Returns the phrases, stripped, with spans in code points of the stripped caption. */
  private List<Phrase> phrases() {
    String whole = caption.toString();
    int strippedStart = Texts.leadingSpace(whole);
    int strippedEnd = strippedStart + Texts.strip(whole).length();
    List<Phrase> phrases = new ArrayList<>();
    for (Found one : found) {
      String raw = whole.substring(one.start(), one.end());
      String phrase = Texts.strip(raw);
      int start = phrase.isEmpty() ? one.start() : one.start() + Texts.leadingSpace(raw);
      start = Math.max(strippedStart, Math.min(strippedEnd, start));
      int startInCaption = whole.codePointCount(strippedStart, start);
      phrases.add(
          new Phrase(
              phrase,
              startInCaption,
              startInCaption + Texts.codePoints(phrase),
              one.boxes(),
              image));
    }
    return phrases;
  }
}
