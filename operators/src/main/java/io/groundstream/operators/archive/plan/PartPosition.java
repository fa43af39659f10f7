package io.groundstream.operators.archive.plan;

import org.apiguardian.api.API;

/**
 * A position in a part of a file, from which reading can continue.
 *
 * @param offset the offset of the next entry, line or row group; in the uncompressed stream if the
 *     file is compressed
 * @param entries the number of entries, lines or rows of the file before that offset
 * @param emitted the number of events of the next entry, line or row group that were already
 *     emitted
 */
@API(status = API.Status.INTERNAL)
public record PartPosition(long offset, long entries, int emitted) {
  private static final long NOTHING_LEFT = -1;

  /** Returns the position after the end of a part. */
  public static PartPosition endOf(UnitPart part) {
    return new PartPosition(part.end(), NOTHING_LEFT, 0);
  }

  /** Returns whether nothing is left to read. */
  public boolean isEnd() {
    return entries == NOTHING_LEFT;
  }

  /** Returns the position at the beginning of a part. */
  public static PartPosition startOf(UnitPart part) {
    return new PartPosition(part.start(), part.entriesBefore(), 0);
  }
}
