package io.groundstream.operators.archive.plan;

import io.groundstream.operators.archive.settings.ArchiveSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;

/** The base folders of an archive's paths, and the folder that its file names are relative to. */
final class ArchiveRoot {
  private static final String SEPARATOR = "/";

  private final FileSystem fileSystem;
  private final List<PathPattern> patterns;
  private final List<Path> bases;
  private final Path root;

  private ArchiveRoot(
      FileSystem fileSystem, List<PathPattern> patterns, List<Path> bases, Path root) {
    this.fileSystem = fileSystem;
    this.patterns = patterns;
    this.bases = bases;
    this.root = root;
  }

  /**
   * Resolves the root and the base folders of the configured paths.
   *
   * @throws ArchiveException if a path does not exist, or the paths have no folder in common
   * @throws IOException if the file system does not answer
   */
  public static ArchiveRoot find(ArchiveSettings settings) throws IOException, ArchiveException {
    List<PathPattern> patterns = new ArrayList<>();
    List<Path> bases = new ArrayList<>();
    List<Path> folders = new ArrayList<>();
    for (String text : settings.paths()) {
      PathPattern pattern = PathPattern.parse(text);
      Path base = path("archive.paths", pattern.base());
      FileStatus status = ArchiveFolders.find(base.getFileSystem(), base);
      if (status == null) {
        throw new ArchiveException(
            "archive.paths: " + text + " (expected: a folder or file that exists)");
      }
      patterns.add(pattern);
      bases.add(base);
      Path parent = base.getParent();
      folders.add(status.isDir() || parent == null ? base : parent);
    }
    String configured = settings.root();
    Path root = configured == null ? common(folders) : path("archive.root", configured);
    for (Path folder : folders) {
      if (!isWithin(root, folder)) {
        throw new ArchiveException(
            "archive.root: "
                + root
                + " (expected: a folder that holds all of archive.paths, also "
                + folder
                + ")");
      }
    }
    return new ArchiveRoot(root.getFileSystem(), patterns, bases, root);
  }

  private static Path path(String key, String text) throws IOException, ArchiveException {
    try {
      Path path = new Path(text);
      return path.makeQualified(path.getFileSystem());
    } catch (IllegalArgumentException e) {
      throw new ArchiveException(
          key + ": " + text + " (expected: a path or URI): " + e.getMessage());
    }
  }

  private static Path common(List<Path> folders) throws ArchiveException {
    Path common = folders.get(0);
    for (Path folder : folders) {
      while (!isWithin(common, folder)) {
        Path parent = common.getParent();
        if (parent == null) {
          throw new ArchiveException(
              "archive.paths: " + folders.get(0) + " and " + folder + " (expected: one root)");
        }
        common = parent;
      }
    }
    return common;
  }

  private static boolean isWithin(Path root, Path path) {
    String outer = root.toString();
    String inner = path.toString();
    return inner.equals(outer)
        || inner.startsWith(outer.endsWith(SEPARATOR) ? outer : outer + SEPARATOR);
  }

  /** Returns the name of a file or folder, relative to the root. */
  String nameOf(Path path) {
    return below(root, path);
  }

  /**
   * Returns the path of a file, relative to the base of the configured path that it was found
   * under.
   */
  String belowBase(int pathIndex, String path) {
    return below(bases.get(pathIndex), new Path(path));
  }

  private static String below(Path folder, Path path) {
    String outer = folder.toUri().getPath();
    String inner = path.toUri().getPath();
    if (!inner.startsWith(outer)) {
      throw new IllegalStateException(path + " is not within " + folder);
    }
    String name = inner.substring(outer.length());
    return name.startsWith(SEPARATOR) ? name.substring(1) : name;
  }

  /** Returns the folder that names are relative to. */
  public Path root() {
    return root;
  }

  FileSystem fileSystem() {
    return fileSystem;
  }

  List<PathPattern> patterns() {
    return patterns;
  }

  Path base(int pathIndex) {
    return bases.get(pathIndex);
  }
}
