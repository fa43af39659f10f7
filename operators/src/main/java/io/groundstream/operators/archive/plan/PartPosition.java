package io.groundstream.operators.archive.plan;

/**
 * A place in a part of a file, from which reading can go on.
 *
 * @param offset of the entry, line or row group that comes next; in the uncompressed stream where
 *     the file is compressed
 * @param entries how many entries, lines or rows of the file are before that
 * @param emitted how many events of what comes next were emitted already
 */
public record PartPosition(long offset, long entries, int emitted) {
  private static final long NOTHING_LEFT = -1;

  /** Returns the place after all that can be read of a part. */
  public static PartPosition endOf(UnitPart part) {
    return new PartPosition(part.end(), NOTHING_LEFT, 0);
  }

  /** Returns whether nothing is left to be read. */
  public boolean isEnd() {
    return entries == NOTHING_LEFT;
  }

  /** Returns the beginning of a part. */
  public static PartPosition startOf(UnitPart part) {
    return new PartPosition(part.start(), part.entriesBefore(), 0);
  }
}
