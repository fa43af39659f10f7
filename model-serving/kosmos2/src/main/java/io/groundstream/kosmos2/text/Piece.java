package io.groundstream.kosmos2.text;

/**
 * One piece of the model's language. Tags are pieces of their own and not characters, so a text
 * that happens to contain {@code <phrase>} stays a text.
 */
sealed interface Piece {
  /** Returns whether the model wrote it, instead of reading it in the prompt. */
  boolean generated();

  /** Returns the piece as it is written. */
  String written();

  /** Plain characters, spaces included. */
  record Text(String written, boolean generated) implements Piece {}

  /** A tag. */
  record Mark(Tag tag, boolean generated) implements Piece {
    @Override
    public String written() {
      return tag.content();
    }
  }

  /**
   * A location token.
   *
   * @param cell the cell on the grid
   * @param probability with which it was generated; NaN where that is not known
   */
  record Location(int cell, double probability, boolean generated) implements Piece {
    @Override
    public String written() {
      return Tag.location(cell);
    }
  }
}
