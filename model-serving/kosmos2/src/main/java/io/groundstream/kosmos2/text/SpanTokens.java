package io.groundstream.kosmos2.text;

import java.util.BitSet;

/**
 * The token ids of which Kosmos-2's spans consist. Not modified after construction; thread-safe.
 */
public final class SpanTokens {
  /** What a token is in the grammar of spans. */
  public enum Kind {
    TEXT,
    PHRASE,
    END_OF_PHRASE,
    OBJECT,
    END_OF_OBJECT,
    DELIMITER,
    LOCATION,
    END_OF_IMAGE,
    /** Anything else, which no answer needs: other tags, special tokens and unknown ids. */
    OTHER
  }

  private final Kind[] kinds;
  private final int[] cells;
  private final LocationTokens grid;

  SpanTokens(Kosmos2Tokenizer tokenizer, int vocabulary, BitSet textual) {
    this.grid = tokenizer.locationTokens();
    this.kinds = new Kind[vocabulary];
    this.cells = new int[vocabulary];
    for (int id = 0; id < vocabulary; id++) {
      kinds[id] = textual.get(id) ? Kind.TEXT : Kind.OTHER;
    }
    kinds[tokenizer.idOf(Tag.PHRASE)] = Kind.PHRASE;
    kinds[tokenizer.idOf(Tag.END_OF_PHRASE)] = Kind.END_OF_PHRASE;
    kinds[tokenizer.idOf(Tag.OBJECT)] = Kind.OBJECT;
    kinds[tokenizer.idOf(Tag.END_OF_OBJECT)] = Kind.END_OF_OBJECT;
    kinds[tokenizer.idOf(Tag.DELIMITER)] = Kind.DELIMITER;
    kinds[tokenizer.idOf(Tag.END_OF_IMAGE)] = Kind.END_OF_IMAGE;
    for (int cell = 0; cell < grid.count(); cell++) {
      kinds[tokenizer.idOfLocation(cell)] = Kind.LOCATION;
      cells[tokenizer.idOfLocation(cell)] = cell;
    }
  }

  /** Returns what a token is; any id is allowed. */
  public Kind kind(int token) {
    return token >= 0 && token < kinds.length ? kinds[token] : Kind.OTHER;
  }

  /** Returns the cell of a location token. */
  public int cell(int token) {
    return cells[token];
  }

  /** Returns whether two corner cells in this order are an inverted box. */
  public boolean isInverted(int upperLeft, int lowerRight) {
    return grid.isInverted(upperLeft, lowerRight);
  }
}
