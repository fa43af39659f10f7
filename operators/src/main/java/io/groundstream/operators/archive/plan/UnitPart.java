package io.groundstream.operators.archive.plan;

import io.groundstream.operators.archive.tar.PictureIds.Choice;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A file of an archive, or a part of one that is read by several readers.
 *
 * @param start the offset of its first byte
 * @param end the offset after its last byte
 * @param entriesBefore how many entries or lines of the file are before it; 0 where nobody counted
 * @param duplicates only where {@code cut}, of a tar shard: what is chosen for pictures whose names
 *     or stems came before this part, as {@link #choices} reads it
 * @param cut whether this is a part and not all of the file
 * @param lookBack the offset of the first entry before the part that may belong to one in it
 * @param entriesBeforeLookBack how many entries are before that
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

  /** Makes a part to which nothing before it belongs. */
  public UnitPart(
      ArchiveUnit unit,
      long start,
      long end,
      int entriesBefore,
      List<Long> duplicates,
      boolean cut) {
    this(unit, start, end, entriesBefore, duplicates, cut, start, entriesBefore);
  }

  /** Returns all of a file. */
  public static UnitPart whole(ArchiveUnit unit) {
    return new UnitPart(unit, 0, unit.length(), 0, List.of(), false);
  }

  /** Returns how many bytes it has. */
  public long bytes() {
    return end - start;
  }

  /** Returns how a choice is written among the duplicates; the first release wrote offsets. */
  static long duplicate(long offset, Choice choice) {
    return -1 - (offset * Choice.COUNT + choice.code());
  }

  /**
   * Returns what is chosen for pictures, in view of the whole shard, where that is something else
   * than in view of this part alone; by the offsets of their entries.
   */
  public Map<Long, Choice> choices() {
    Map<Long, Choice> choices = new HashMap<>();
    for (long duplicate : duplicates) {
      if (duplicate < 0) {
        long number = -1 - duplicate;
        choices.put(number / Choice.COUNT, Choice.ofCode((int) (number % Choice.COUNT)));
      } else {
        // Of the first release: the first entry of a key that came before.
        choices.put(duplicate, Choice.NAME);
      }
    }
    return choices;
  }
}
