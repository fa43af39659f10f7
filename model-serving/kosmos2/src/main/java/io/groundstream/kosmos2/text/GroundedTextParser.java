package io.groundstream.kosmos2.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parses the model's text into caption, answer, and phrases with boxes.
 *
 * <p>It parses tokens, so that only a tag token is a tag, and a text that contains {@code <phrase>}
 * is preserved. For well-formed text, caption, phrases, spans and boxes equal the reference's.
 * Malformed text, as from small models or interrupted generation, is never dropped silently:
 * inverted boxes are corrected and marked, boxes without a phrase get an empty phrase, and
 * incomplete boxes are reported as warnings.
 *
 * <p>As in the reference, the text starts after the last {@code </image>}, even if the model
 * generated that tag. Thread-safe.
 */
public final class GroundedTextParser {
  private static final Pattern WRITTEN_TAGS = writtenTags();

  private final Kosmos2Tokenizer tokenizer;

  public GroundedTextParser(Kosmos2Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Parses a prompt with its continuation.
   *
   * @param generatedIds the generated ids, with or without the end of sequence; any id is allowed
   * @param probabilities the probability of each generated id
   */
  public GroundedText parse(Prompt prompt, int[] generatedIds, float[] probabilities) {
    int[] ids = Arrays.copyOf(prompt.ids(), prompt.ids().length + generatedIds.length);
    System.arraycopy(generatedIds, 0, ids, prompt.ids().length, generatedIds.length);
    return new PieceReader(
            tokenizer.pieces(ids, prompt.textStart(), prompt.ids().length, probabilities),
            tokenizer.locationTokens(),
            prompt.lastImage())
        .read();
  }

  /**
   * Parses text with written tags, on the usual grid of 32 × 32 cells. All of it counts as
   * generated, with unknown probabilities. Tags are recognised by their names, which cannot be
   * distinguished from equal plain text; any other {@code <} is a character.
   */
  public static GroundedText parseText(String text) {
    LocationTokens grid = new LocationTokens(1024);
    List<Piece> pieces = new ArrayList<>();
    Matcher matcher = WRITTEN_TAGS.matcher(text);
    int end = 0;
    while (matcher.find()) {
      if (matcher.start() > end) {
        pieces.add(new Piece.Text(text.substring(end, matcher.start()), true));
      }
      end = matcher.end();
      pieces.add(piece(matcher, grid));
    }
    if (end < text.length()) {
      pieces.add(new Piece.Text(text.substring(end), true));
    }
    return new PieceReader(pieces, grid, 0).read();
  }

  private static Piece piece(Matcher matcher, LocationTokens grid) {
    Tag tag = Tag.of(matcher.group());
    if (tag != null) {
      return new Piece.Mark(tag, true);
    }
    int cell = Integer.parseInt(matcher.group(1));
    return cell < grid.count()
        ? new Piece.Location(cell, Double.NaN, true)
        : new Piece.Text(matcher.group(), true);
  }

  private static Pattern writtenTags() {
    StringBuilder alternatives = new StringBuilder("<patch_index_(\\d{4,9})>");
    for (Tag tag : Tag.values()) {
      alternatives.append('|').append(Pattern.quote(tag.content()));
    }
    return Pattern.compile(alternatives.toString());
  }
}
