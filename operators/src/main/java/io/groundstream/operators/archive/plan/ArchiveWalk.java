package io.groundstream.operators.archive.plan;

import io.groundstream.operators.archive.plan.ArchiveFolders.Child;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Goes through the files of an archive, path by path and folder by folder in the order of their
 * names, so that a later walk can go on after the last file of an earlier one. Holds the names of
 * the folders that it is in, and no more. For one thread.
 */
final class ArchiveWalk {
  private static final Logger LOG = LoggerFactory.getLogger(ArchiveWalk.class);

  /** Deeper folders lead round in a circle, somehow. */
  private static final int MOST_FOLDERS = 200;

  /** A folder on the way to the current file. */
  private static final class Level {
    final List<Child> children;

    /** Null within a folder that is meant as a whole. */
    final @Nullable BitSet state;

    /** How the identifiers of files begin that were met in it. */
    final Set<String> stems = new HashSet<>();

    /** How the identifiers of all begin that is in its folders. */
    final Set<String> folders = new HashSet<>();

    final @Nullable String after;
    int next;

    Level(List<Child> children, @Nullable BitSet state, @Nullable String after) {
      this.children = children;
      this.state = state;
      this.after = after;
      for (Child child : children) {
        if (child.isFolder()) {
          folders.add(child.name() + "/");
        }
      }
    }
  }

  private final ArchiveRoot root;
  private final List<String> pictureSuffixes;
  private final Map<String, Integer> firstOfStems;
  private final Deque<Level> levels = new ArrayDeque<>();

  /** The components of the file after which to go on, below the base of its path. */
  private List<String> resume;

  private int pathIndex;

  /** Whether the base of the current path was gone into, or is the file that it names. */
  private boolean entered;

  private long foundHere;
  private long ignored;
  private final IgnoredNames ignoredNames = new IgnoredNames();
  private final TableFormats tableFormats = new TableFormats();

  /**
   * @param after the file to go on after; null for the beginning
   */
  ArchiveWalk(ArchiveRoot root, List<String> pictureSuffixes, @Nullable WalkCursor after) {
    this.root = root;
    this.pictureSuffixes = pictureSuffixes;
    this.firstOfStems = firstOfStems(root, pictureSuffixes);
    this.pathIndex = after == null ? 0 : after.pathIndex();
    this.resume = after == null ? List.of() : List.of(after.name().split("/", -1));
    // What is before the cursor was found.
    this.foundHere = after == null ? 0 : 1;
  }

  /** Returns the index of the path that the last file was under. */
  int pathIndex() {
    return pathIndex;
  }

  /** Returns how many files were passed over, since they are nothing that is read. */
  long ignored() {
    return ignored;
  }

  /** Returns what was passed over because of its name. */
  IgnoredNames ignoredNames() {
    return ignoredNames;
  }

  /** Returns what is to be known of the archive, a sentence each. */
  List<String> notes() {
    return tableFormats.notes();
  }

  /**
   * Returns the next file, or null after the last.
   *
   * @throws ArchiveException if a path leads to nothing
   */
  @Nullable ArchiveUnit next() throws IOException, ArchiveException {
    while (pathIndex < root.patterns().size()) {
      PathPattern pattern = root.patterns().get(pathIndex);
      if (!entered) {
        entered = true;
        ArchiveUnit single = enter(pattern);
        if (single != null) {
          foundHere++;
          return single;
        }
      }
      while (!levels.isEmpty()) {
        ArchiveUnit unit = step(pattern);
        if (unit != null) {
          foundHere++;
          return unit;
        }
      }
      if (foundHere == 0) {
        throw nothingIn(pattern);
      }
      pathIndex++;
      entered = false;
      foundHere = 0;
      resume = List.of();
    }
    return null;
  }

  /** Goes into the base of a path; if that is a file, returns it. */
  private @Nullable ArchiveUnit enter(PathPattern pattern) throws IOException, ArchiveException {
    Path base = root.base(pathIndex);
    FileStatus status = ArchiveFolders.find(root.fileSystem(), base);
    if (status == null) {
      throw new ArchiveException(
          "archive.paths: " + pattern + " (expected: a folder or file that exists)");
    }
    if (status.isDir()) {
      List<Child> children = ArchiveFolders.list(root.fileSystem(), base);
      if (children == null) {
        throw new ArchiveException(
            "archive.paths: " + pattern + " (expected: a folder that may be listed)");
      }
      levels.push(new Level(children, pattern.isPlain() ? null : pattern.start(), resumeAt(0)));
      return null;
    }
    if (!pattern.isPlain()) {
      throw new ArchiveException(
          "archive.paths: " + pattern + " (expected: a folder before the pattern)");
    }
    if (!resume.isEmpty()) {
      return null;
    }
    UnitFormat format = UnitFormat.ofNamed(base.getName(), pictureSuffixes);
    if (format == null) {
      throw new ArchiveException(
          "archive.paths: "
              + pattern
              + " (expected: a folder, a pattern, or a file whose name ends in "
              + endings()
              + ")");
    }
    Integer first = firstOfStems.get(stem(format, base.toString()));
    boolean keepsSuffix = first != null && !base.equals(root.base(first));
    return unit(base, format, status, keepsSuffix);
  }

  private @Nullable ArchiveUnit step(PathPattern pattern) throws IOException {
    Level level = levels.element();
    if (level.next == level.children.size()) {
      levels.pop();
      return null;
    }
    Child child = level.children.get(level.next);
    level.next++;
    int order = level.after == null ? 1 : child.name().compareTo(level.after);
    UnitFormat format = child.isFolder() ? null : UnitFormat.of(child.name(), pictureSuffixes);
    boolean hidden =
        child.isFolder()
            ? HiddenNames.hidesFolder(child.name())
            : HiddenNames.hidesFile(child.name(), format);
    BitSet state = level.state == null ? null : pattern.after(level.state, child.name(), hidden);
    boolean meant = state == null ? !hidden : pattern.matches(state);
    if (child.isFolder()) {
      tableFormats.lookAtFolder(child.name(), parent(child.path()));
      if (order < 0 || (state == null ? hidden : state.isEmpty())) {
        if (order > 0 && hidden) {
          ignoredNames.addFolder(root.nameOf(child.path()));
        }
        return null;
      }
      return descend(child, meant ? null : state, order == 0);
    }
    tableFormats.lookAtFile(child.name(), parent(child.path()));
    if (!meant || format == null || !(state != null || format.isReadInFolders(child.name()))) {
      if (order > 0) {
        ignored++;
        ignoredNames.addFile(root.nameOf(child.path()));
      }
      return null;
    }
    // Also for files before the cursor, so that the same ones get their suffix as before.
    String stem = stem(format, child.name());
    boolean keepsSuffix = !level.stems.add(stem) || level.folders.contains(stem);
    return order > 0 ? unit(child.path(), format, child.status(), keepsSuffix) : null;
  }

  /**
   * Returns what begins the identifiers of a file, and differs between pictures and files of many
   * pictures: {@code a} of a.jpg is no prefix of a/1, as it is of a.tar and of the folder a.
   */
  private static String stem(UnitFormat format, String name) {
    String stem = format.withoutSuffix(name);
    return format == UnitFormat.PICTURE ? stem : stem + "/";
  }

  /** Returns the first of the paths that name files themselves and have a stem, for each stem. */
  private static Map<String, Integer> firstOfStems(ArchiveRoot root, List<String> suffixes) {
    Map<String, Integer> first = new HashMap<>();
    for (int i = 0; i < root.patterns().size(); i++) {
      Path base = root.base(i);
      UnitFormat format =
          root.patterns().get(i).isPlain() ? UnitFormat.ofNamed(base.getName(), suffixes) : null;
      if (format != null) {
        first.putIfAbsent(stem(format, base.toString()), i);
      }
    }
    return first;
  }

  private static String parent(Path path) {
    Path parent = path.getParent();
    return parent == null ? "" : parent.toString();
  }

  /** Goes into a folder; if that is not possible, returns it as what cannot be read. */
  private @Nullable ArchiveUnit descend(Child folder, @Nullable BitSet state, boolean onCursor)
      throws IOException {
    if (ArchiveFolders.leadsBack(folder.path())) {
      LOG.warn("{} is a link to a folder that it lies in, and is not followed", folder.path());
      ignored++;
      return null;
    }
    List<Child> children =
        levels.size() >= MOST_FOLDERS
            ? null
            : ArchiveFolders.list(root.fileSystem(), folder.path());
    if (children == null) {
      return onCursor
          ? null
          : unit(folder.path(), UnitFormat.UNREADABLE_FOLDER, folder.status(), false);
    }
    levels.push(new Level(children, state, onCursor ? resumeAt(levels.size()) : null));
    return null;
  }

  private @Nullable String resumeAt(int depth) {
    return depth < resume.size() ? resume.get(depth) : null;
  }

  private ArchiveUnit unit(
      Path path, UnitFormat format, @Nullable FileStatus status, boolean keepsSuffix) {
    return new ArchiveUnit(
        root.nameOf(path),
        path.toString(),
        format,
        status == null ? 0 : status.getLen(),
        status == null ? 0 : status.getModificationTime(),
        keepsSuffix);
  }

  private ArchiveException nothingIn(PathPattern pattern) {
    return new ArchiveException(
        "archive.paths: "
            + pattern
            + " leads to nothing that could be read; "
            + ignored
            + " files were passed over (expected: names that end in "
            + endings()
            + "; see archive.picture-suffixes)");
  }

  private String endings() {
    List<String> endings = new ArrayList<>(pictureSuffixes);
    endings.addAll(List.of("tar", "tar.gz", "tar.zst", "zip", "parquet"));
    return String.join(", ", endings)
        + "; csv, tsv, jsonl or ndjson where a path or pattern names them";
  }
}
