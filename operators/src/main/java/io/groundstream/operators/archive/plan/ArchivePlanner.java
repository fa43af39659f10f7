package io.groundstream.operators.archive.plan;

import io.groundstream.operators.archive.settings.ArchiveSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Divides an archive into splits: small files are grouped, large ones form a split each, and huge
 * ones are cut into parts. Lists the archive lazily. For one thread at a time.
 */
public final class ArchivePlanner {
  private static final int SPLITS_AT_A_TIME = 64;
  private static final int FILES_AT_A_TIME = 20_000;

  private final ArchiveSettings settings;
  private final FinishedUnits finished;
  private final @Nullable WalkCursor after;
  private final UnitCutter cutter;
  private final ColumnCheck columns;

  private @Nullable ArchiveRoot root;
  private @Nullable ArchiveWalk walk;
  private @Nullable WalkCursor cursor;
  private long splitsBefore;
  private long ignoredBefore;

  /** Small files that wait for more of them, and the position of the last. */
  private List<UnitPart> group = new ArrayList<>();

  private long groupBytes;
  private @Nullable WalkCursor groupCursor;

  /**
   * @param after the file to continue after; null for the beginning
   * @param splitsBefore the number of splits up to that file
   */
  public ArchivePlanner(
      ArchiveSettings settings,
      FinishedUnits finished,
      @Nullable WalkCursor after,
      long splitsBefore) {
    this(settings, finished, after, splitsBefore, /* everyManifest= */ false);
  }

  private ArchivePlanner(
      ArchiveSettings settings,
      FinishedUnits finished,
      @Nullable WalkCursor after,
      long splitsBefore,
      boolean everyManifest) {
    this.settings = settings;
    this.finished = finished;
    this.after = after;
    this.cursor = after;
    this.splitsBefore = splitsBefore;
    this.cutter = new UnitCutter(settings);
    // The files before the cursor passed the check.
    this.columns = new ColumnCheck(settings, after != null, everyManifest);
  }

  /** Returns a planner that also checks every manifest, and fails if one is faulty. */
  public static ArchivePlanner checkingManifests(ArchiveSettings settings) {
    return new ArchivePlanner(settings, FinishedUnits.none(), null, 0, /* everyManifest= */ true);
  }

  /**
   * Returns the next splits; may return none although more follow.
   *
   * @throws ArchiveException if the archive contradicts the configuration
   * @throws IOException if the file system does not answer
   */
  public PlannedSplits next() throws IOException, ArchiveException {
    ArchiveRoot found = root == null ? ArchiveRoot.find(settings) : root;
    root = found;
    ArchiveWalk going =
        walk == null ? new ArchiveWalk(found, settings.imageSuffixes(), after) : walk;
    walk = going;
    List<ArchiveSplit> splits = new ArrayList<>();
    long finishedUnits = 0;
    boolean last = false;
    for (int files = 0; files < FILES_AT_A_TIME && splits.size() < SPLITS_AT_A_TIME; files++) {
      ArchiveUnit unit = going.next();
      if (unit == null) {
        columns.throwIfMissing();
        closeGroup(splits);
        last = true;
        break;
      }
      if (finished.contains(unit)) {
        finishedUnits++;
        continue;
      }
      columns.look(unit);
      WalkCursor place =
          new WalkCursor(going.pathIndex(), found.belowBase(going.pathIndex(), unit.path()));
      List<UnitPart> parts = cutter.parts(unit);
      if (parts.size() > 1) {
        closeGroup(splits);
        for (UnitPart part : parts) {
          splits.add(split(List.of(part)));
        }
        cursor = place;
      } else {
        add(parts.get(0), place, splits);
      }
    }
    long units = 0;
    long bytes = 0;
    for (ArchiveSplit split : splits) {
      bytes += split.bytes();
      for (UnitPart part : split.parts()) {
        // The first part of a file represents the file.
        units += part.start() == 0 ? 1 : 0;
      }
    }
    long ignored = going.ignored() - ignoredBefore;
    ignoredBefore = going.ignored();
    return new PlannedSplits(splits, cursor, units, bytes, finishedUnits, ignored, last);
  }

  /** Returns the files and folders ignored so far because of their names. */
  public Map<String, IgnoredNames.Group> ignoredNames() {
    return walk == null ? Map.of() : walk.ignoredNames().groups();
  }

  /** Returns notes about the archive so far, one sentence each. */
  public List<String> notes() {
    return walk == null ? List.of() : walk.notes();
  }

  private void add(UnitPart part, WalkCursor place, List<ArchiveSplit> splits) {
    if (groupBytes + part.bytes() > settings.groupBytes()) {
      closeGroup(splits);
    }
    group.add(part);
    groupBytes += part.bytes();
    groupCursor = place;
    if (group.size() >= settings.groupFiles() || groupBytes >= settings.groupBytes()) {
      closeGroup(splits);
    }
  }

  private void closeGroup(List<ArchiveSplit> splits) {
    if (!group.isEmpty()) {
      splits.add(split(group));
      group = new ArrayList<>();
      groupBytes = 0;
      cursor = groupCursor;
    }
  }

  private ArchiveSplit split(List<UnitPart> parts) {
    splitsBefore++;
    return ArchiveSplit.of("split-" + splitsBefore, parts);
  }
}
