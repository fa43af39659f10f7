package io.groundstream.kosmos2.text;

/**
 * A piece of the model's text. Tags are separate pieces, not characters, so a text that happens to
 * contain {@code <phrase>} stays plain text.
 */
sealed interface Piece {
  /** Returns whether the piece was generated, not part of the prompt. */
  boolean generated();

  /** Returns the written form of the piece. */
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
   * @param cell the index of the cell in the grid
   * @param probability the probability of the generated token; NaN if unknown
   */
  record Location(int cell, double probability, boolean generated) implements Piece {
    @Override
    public String written() {
      return Tag.location(cell);
    }
  }
}
