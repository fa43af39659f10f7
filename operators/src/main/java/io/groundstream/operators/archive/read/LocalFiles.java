package io.groundstream.operators.archive.read;

import java.io.IOException;
import java.nio.file.Files;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;

/**
 * Opens files of any file system, but on the local one only regular files, because others may never
 * end.
 */
final class LocalFiles {
  private static final String LOCAL = "file";

  private LocalFiles() {}

  /**
   * Opens a file.
   *
   * @throws java.io.FileNotFoundException if it does not exist or may not be read
   */
  static FSDataInputStream openRegular(Path path) throws IOException {
    String scheme = path.toUri().getScheme();
    if (scheme == null || scheme.equals(LOCAL)) {
      java.nio.file.Path local = java.nio.file.Path.of(path.getPath());
      if (Files.exists(local) && !Files.isRegularFile(local)) {
        throw new NotRegularException(path + " is not a regular file");
      }
    }
    return path.getFileSystem().open(path);
  }

  /** Reports a pipe, a device or a folder. */
  static final class NotRegularException extends IOException {
    private static final long serialVersionUID = 1L;

    NotRegularException(String message) {
      super(message);
    }
  }
}
