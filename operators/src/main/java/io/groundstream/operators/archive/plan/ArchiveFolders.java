package io.groundstream.operators.archive.plan;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.core.fs.FileStatus;
import org.apache.flink.core.fs.FileSystem;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/** Lists folders on any file system. Thread-safe. */
final class ArchiveFolders {
  private static final String LOCAL = "file";

  private ArchiveFolders() {}

  /**
   * An entry of a folder.
   *
   * @param status null if the name leads to nothing, such as a broken link
   */
  record Child(String name, Path path, @Nullable FileStatus status) {
    boolean isFolder() {
      return status != null && status.isDir();
    }
  }

  /**
   * Returns the entries of a folder, sorted by name.
   *
   * @return the entries; null if the folder may not be listed
   */
  static @Nullable List<Child> list(FileSystem fileSystem, Path folder) throws IOException {
    List<Child> children = new ArrayList<>();
    if (isLocal(folder)) {
      // Flink's own listing fails as a whole if one link is broken.
      String[] names = new java.io.File(folder.getPath()).list();
      if (names == null) {
        return null;
      }
      for (String name : names) {
        // Path(parent, child) would take the text before a colon for a scheme.
        Path path =
            new Path(
                folder.toUri().getScheme(),
                folder.toUri().getAuthority(),
                folder.getPath() + Path.SEPARATOR + name);
        children.add(new Child(name, path, find(fileSystem, path)));
      }
    } else {
      FileStatus[] statuses = fileSystem.listStatus(folder);
      if (statuses == null) {
        return null;
      }
      for (FileStatus status : statuses) {
        children.add(new Child(status.getPath().getName(), status.getPath(), status));
      }
    }
    children.sort(Comparator.comparing(Child::name));
    return children;
  }

  /** Returns the status of a path, or null if it does not exist. */
  static @Nullable FileStatus find(FileSystem fileSystem, Path path) throws IOException {
    try {
      return fileSystem.getFileStatus(path);
    } catch (FileNotFoundException e) {
      return null;
    }
  }

  /** Returns whether a folder is a link to one of its ancestors. */
  static boolean leadsBack(Path folder) throws IOException {
    if (!isLocal(folder)) {
      return false;
    }
    java.nio.file.Path path = java.nio.file.Path.of(folder.getPath());
    java.nio.file.Path parent = path.getParent();
    return Files.isSymbolicLink(path)
        && parent != null
        && parent.toRealPath().startsWith(path.toRealPath());
  }

  static boolean isLocal(Path path) {
    String scheme = path.toUri().getScheme();
    return scheme == null || scheme.equals(LOCAL);
  }
}
