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
 * Walks the files of an archive, path by path and folder by folder in the order of names, so that a
 * later walk can continue after the last file of an earlier one. Holds only the listings of the
 * folders on the way to the current file. For one thread.
 */
final class ArchiveWalk {
  private static final Logger LOG = LoggerFactory.getLogger(ArchiveWalk.class);

  /** The maximum depth; deeper folders can only be a cycle. */
  private static final int MOST_FOLDERS = 200;

  /** A folder on the way to the current file. */
  private static final class Level {
    final List<Child> children;

    /** The pattern's state; null within a folder that is read as a whole. */
    final @Nullable BitSet state;

    /** The prefixes of the identifiers of the files found in it. */
    final Set<String> stems = new HashSet<>();

    /** The prefixes of the identifiers of everything in its subfolders. */
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
  private final List<String> imageSuffixes;
  private final Map<String, Integer> firstOfStems;
  private final Deque<Level> levels = new ArrayDeque<>();

  /** The components, below the base of its path, of the file to continue after. */
  private List<String> resume;

  private int pathIndex;

  /** Whether the base of the current path was entered, or is the file that the path names. */
  private boolean entered;

  private long foundHere;
  private long ignored;
  private final IgnoredNames ignoredNames = new IgnoredNames();
  private final TableFormats tableFormats = new TableFormats();

  /**
   * @param after the file to continue after; null for the beginning
   */
  ArchiveWalk(ArchiveRoot root, List<String> imageSuffixes, @Nullable WalkCursor after) {
    this.root = root;
    this.imageSuffixes = imageSuffixes;
    this.firstOfStems = firstOfStems(root, imageSuffixes);
    this.pathIndex = after == null ? 0 : after.pathIndex();
    this.resume = after == null ? List.of() : List.of(after.name().split("/", -1));
    // There are files up to the cursor, so the path is not empty.
    this.foundHere = after == null ? 0 : 1;
  }

  /** Returns the index of the path that the last file was found under. */
  int pathIndex() {
    return pathIndex;
  }

  /** Returns the number of files ignored because their format is not read. */
  long ignored() {
    return ignored;
  }

  /** Returns the files and folders ignored because of their names. */
  IgnoredNames ignoredNames() {
    return ignoredNames;
  }

  /** Returns notes about the archive, one sentence each. */
  List<String> notes() {
    return tableFormats.notes();
  }

  /**
   * Returns the next file, or null after the last.
   *
   * @throws ArchiveException if a path does not exist or leads to no file that is read
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

  /** Enters the base of a path; if that is a file, returns it. */
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
    UnitFormat format = UnitFormat.ofNamed(base.getName(), imageSuffixes);
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
    UnitFormat format = child.isFolder() ? null : UnitFormat.of(child.name(), imageSuffixes);
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
    // Done for files before the cursor, too, so that the same files keep their suffix as before.
    String stem = stem(format, child.name());
    boolean keepsSuffix = !level.stems.add(stem) || level.folders.contains(stem);
    return order > 0 ? unit(child.path(), format, child.status(), keepsSuffix) : null;
  }

  /**
   * Returns the prefix of a file's identifiers. It differs between images and files of many images:
   * the {@code a} of a.jpg is not a prefix of a/1, but that of a.tar and of the folder a is.
   */
  private static String stem(UnitFormat format, String name) {
    String stem = format.withoutSuffix(name);
    return format == UnitFormat.PICTURE ? stem : stem + "/";
  }

  /** Returns, for each stem, the index of the first path that names a file with this stem. */
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

  /** Enters a folder; if that is not possible, returns it as an unreadable unit. */
  private @Nullable ArchiveUnit descend(Child folder, @Nullable BitSet state, boolean onCursor)
      throws IOException {
    if (ArchiveFolders.leadsBack(folder.path())) {
      LOG.warn("{} is a link to one of its parent folders and is not followed", folder.path());
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
            + " leads to no readable file; "
            + ignored
            + " files were ignored (expected: names that end in "
            + endings()
            + "; see archive.picture-suffixes)");
  }

  private String endings() {
    List<String> endings = new ArrayList<>(imageSuffixes);
    endings.addAll(List.of("tar", "tar.gz", "tar.zst", "zip", "parquet"));
    return String.join(", ", endings)
        + "; csv, tsv, jsonl or ndjson where a path or pattern names them";
  }
}
