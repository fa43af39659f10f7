package io.groundstream.operators.archive.plan;

import io.groundstream.operators.archive.settings.ArchiveSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Divides an archive into splits: small files together, large ones by themselves, and huge ones
 * into parts. Goes through the archive only as far as it is asked. For one thread at a time.
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

  /** Small files that wait for more of them, and the place of the last. */
  private List<UnitPart> group = new ArrayList<>();

  private long groupBytes;
  private @Nullable WalkCursor groupCursor;

  /**
   * @param after the file to go on after; null for the beginning
   * @param splitsBefore how many splits there were up to that file
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
    // What is before the cursor passed.
    this.columns = new ColumnCheck(settings, after != null, everyManifest);
  }

  /** Returns a planner that also looks into every manifest, and fails for one that is wrong. */
  public static ArchivePlanner checkingManifests(ArchiveSettings settings) {
    return new ArchivePlanner(settings, FinishedUnits.none(), null, 0, /* everyManifest= */ true);
  }

  /**
   * Returns the next splits; there may be none of them, and yet more to come.
   *
   * @throws ArchiveException if the archive is not what the configuration says
   * @throws IOException if the file system gives no answer
   */
  public PlannedSplits next() throws IOException, ArchiveException {
    ArchiveRoot found = root == null ? ArchiveRoot.find(settings) : root;
    root = found;
    ArchiveWalk going =
        walk == null ? new ArchiveWalk(found, settings.pictureSuffixes(), after) : walk;
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
        // The first part of a file stands for it.
        units += part.start() == 0 ? 1 : 0;
      }
    }
    long ignored = going.ignored() - ignoredBefore;
    ignoredBefore = going.ignored();
    return new PlannedSplits(splits, cursor, units, bytes, finishedUnits, ignored, last);
  }

  /** Returns what was passed over so far because of its name. */
  public Map<String, IgnoredNames.Group> ignoredNames() {
    return walk == null ? Map.of() : walk.ignoredNames().groups();
  }

  /** Returns what is to be known of the archive so far, a sentence each. */
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
