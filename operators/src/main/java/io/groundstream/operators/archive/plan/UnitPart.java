package io.groundstream.operators.archive.plan;

import java.util.List;

/**
 * A file of an archive, or a part of one that is read by several readers.
 *
 * @param start the offset of its first byte
 * @param end the offset after its last byte
 * @param entriesBefore how many entries or lines of the file are before it; 0 where nobody counted
 * @param duplicates the offsets of entries whose keys came before in the file; only where {@code
 *     cut}
 * @param cut whether this is a part and not all of the file
 */
public record UnitPart(
    ArchiveUnit unit, long start, long end, int entriesBefore, List<Long> duplicates, boolean cut) {

  public UnitPart {
    duplicates = List.copyOf(duplicates);
  }

  /** Returns all of a file. */
  public static UnitPart whole(ArchiveUnit unit) {
    return new UnitPart(unit, 0, unit.length(), 0, List.of(), false);
  }

  /** Returns how many bytes it has. */
  public long bytes() {
    return end - start;
  }
}
