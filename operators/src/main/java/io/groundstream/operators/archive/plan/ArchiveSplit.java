package io.groundstream.operators.archive.plan;

import java.util.List;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A reader's unit of work: some files or a part of one, and the reader's position in them.
 *
 * @param splitId unique within the job
 * @param current the index of the part that is being read; the number of parts when all are read
 * @param position the position in that part
 */
public record ArchiveSplit(String splitId, List<UnitPart> parts, int current, PartPosition position)
    implements SourceSplit {

  public ArchiveSplit {
    parts = List.copyOf(parts);
  }

  /** Returns a split that is positioned at its beginning. */
  public static ArchiveSplit of(String splitId, List<UnitPart> parts) {
    return new ArchiveSplit(splitId, parts, 0, PartPosition.startOf(parts.get(0)));
  }

  /** Returns this split at a later position. */
  public ArchiveSplit at(int part, PartPosition place) {
    return new ArchiveSplit(splitId, parts, part, place);
  }

  /** Returns approximately how many bytes of the current part are left to read. */
  public long remainingBytesOfCurrent() {
    if (current >= parts.size()) {
      return 0;
    }
    UnitPart part = parts.get(current);
    // For compressed files, only the size of the whole is known.
    return Math.max(0, part.bytes() - Math.max(0, position.offset() - part.start()));
  }

  /** Returns the size of all parts, in bytes. */
  public long bytes() {
    return parts.stream().mapToLong(UnitPart::bytes).sum();
  }

  /** Returns the number of files, or parts of files, that are left to read. */
  public int remainingParts() {
    return parts.size() - current;
  }
}
