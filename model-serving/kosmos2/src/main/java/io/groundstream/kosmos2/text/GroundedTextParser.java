package io.groundstream.kosmos2.text;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads what the model said: caption, answer, and phrases with their boxes.
 *
 * <p>It reads token by token, so that a tag is what the model meant as one, and a text that
 * contains {@code <phrase>} survives. For well-formed text caption, phrases, spans and boxes are
 * exactly the reference's. Where the model breaks its own rules, as small or interrupted ones do,
 * nothing is dropped in silence: inverted boxes are put right and marked, boxes without a name keep
 * an empty phrase, and what makes no box is told in the warnings.
 *
 * <p>As in the reference the text is what follows the last {@code </image>}, also where the model
 * itself wrote that tag. Thread-safe.
 */
public final class GroundedTextParser {
  private static final Pattern WRITTEN_TAGS = writtenTags();

  private final Kosmos2Tokenizer tokenizer;

  public GroundedTextParser(Kosmos2Tokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Reads a prompt with its continuation.
   *
   * @param generatedIds the generated ids, with or without the end of sequence; any ids are allowed
   * @param probabilities the probability of each generated id
   */
  public GroundedText parse(Prompt prompt, int[] generatedIds, float[] probabilities) {
    int[] ids = Arrays.copyOf(prompt.ids(), prompt.ids().length + generatedIds.length);
    System.arraycopy(generatedIds, 0, ids, prompt.ids().length, generatedIds.length);
    return new PieceReader(
            tokenizer.pieces(ids, prompt.textStart(), prompt.ids().length, probabilities),
            tokenizer.locationTokens())
        .read();
  }

  /**
   * Reads text in which tags are written out, with the usual grid of 32 × 32 cells. All of it
   * counts as generated, with unknown probabilities. Written text cannot tell a tag from a text
   * that looks like one; only the names of tags are tags here, any other {@code <} is a character.
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
    return new PieceReader(pieces, grid).read();
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
