package io.groundstream.operators.archive.plan;

import java.util.List;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * What a reader takes at a time: some files or a part of one, and where it is in them.
 *
 * @param splitId unique within the job
 * @param current the index of the part that is being read; their number when all are
 * @param position the place in that part
 */
public record ArchiveSplit(String splitId, List<UnitPart> parts, int current, PartPosition position)
    implements SourceSplit {

  public ArchiveSplit {
    parts = List.copyOf(parts);
  }

  /** Returns a split of which nothing was read. */
  public static ArchiveSplit of(String splitId, List<UnitPart> parts) {
    return new ArchiveSplit(splitId, parts, 0, PartPosition.startOf(parts.get(0)));
  }

  /** Returns this split, read up to a place. */
  public ArchiveSplit at(int part, PartPosition place) {
    return new ArchiveSplit(splitId, parts, part, place);
  }

  /** Returns how many bytes of the current part are left to be read, about. */
  public long remainingBytesOfCurrent() {
    if (current >= parts.size()) {
      return 0;
    }
    UnitPart part = parts.get(current);
    // Of compressed files only the whole is known.
    return Math.max(0, part.bytes() - Math.max(0, position.offset() - part.start()));
  }

  /** Returns how many bytes all parts have. */
  public long bytes() {
    return parts.stream().mapToLong(UnitPart::bytes).sum();
  }

  /** Returns how many files, or parts of files, are left to be read. */
  public int remainingParts() {
    return parts.size() - current;
  }
}
