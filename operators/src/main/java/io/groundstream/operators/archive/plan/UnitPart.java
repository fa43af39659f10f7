package io.groundstream.operators.archive.plan;

import io.groundstream.operators.archive.tar.ImageIds.Choice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of an archive, or a part of a file that several readers share.
 *
 * @param start the offset of its first byte
 * @param end the offset after its last byte
 * @param entriesBefore the number of entries or lines of the file before it; 0 if not counted
 * @param duplicates for a cut tar shard only: the choices for images whose names or stems came
 *     before this part, encoded for {@link #choices}
 * @param cut whether this is only a part of the file
 * @param lookBack the offset of the first entry before the part that may belong to an entry in it
 * @param entriesBeforeLookBack the number of entries before that offset
 */
public record UnitPart(
    ArchiveUnit unit,
    long start,
    long end,
    int entriesBefore,
    List<Long> duplicates,
    boolean cut,
    long lookBack,
    int entriesBeforeLookBack) {

  public UnitPart {
    duplicates = List.copyOf(duplicates);
  }

  /** Creates a part that does not look back. */
  public UnitPart(
      ArchiveUnit unit,
      long start,
      long end,
      int entriesBefore,
      List<Long> duplicates,
      boolean cut) {
    this(unit, start, end, entriesBefore, duplicates, cut, start, entriesBefore);
  }

  /** Returns a part that covers a whole file. */
  public static UnitPart whole(ArchiveUnit unit) {
    return new UnitPart(unit, 0, unit.length(), 0, List.of(), false);
  }

  /** Returns the size of the part, in bytes. */
  public long bytes() {
    return end - start;
  }

  /** Encodes a choice as an element of {@code duplicates}; the first release wrote only offsets. */
  static long duplicate(long offset, Choice choice) {
    return -1 - (offset * Choice.COUNT + choice.code());
  }

  /**
   * Returns the choices for images, by the offsets of their entries, that differ between the view
   * of the whole shard and the view of this part alone.
   */
  public Map<Long, Choice> choices() {
    Map<Long, Choice> choices = new HashMap<>();
    for (long duplicate : duplicates) {
      if (duplicate < 0) {
        long number = -1 - duplicate;
        choices.put(number / Choice.COUNT, Choice.ofCode((int) (number % Choice.COUNT)));
      } else {
        // Written by the first release: the first entry of a key that came before.
        choices.put(duplicate, Choice.NAME);
      }
    }
    return choices;
  }
}
