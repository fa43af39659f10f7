package io.groundstream.console.natives;

import java.nio.file.Path;

/**
 * A file of the natives, and where it comes from.
 *
 * @param sha256 of its bytes, in hexadecimal digits
 * @param bytes how many these are
 * @param artifact the coordinates of the jar that it is in
 * @param folder of ours that it goes into
 * @param entry its name in the jar
 */
record NativeFile(String sha256, long bytes, String artifact, Folder folder, String entry) {
  /** What a folder holds, so that it can be named or left out. */
  enum Folder {
    /** What DJL loads, all of it: nothing else may be there. */
    LIB("lib"),
    /** What that needs, and systems seldom have. */
    SUPPORT("support"),
    /** NVIDIA's libraries, for machines without an installation of CUDA. */
    CUDA("cuda");

    private final String directory;

    Folder(String directory) {
      this.directory = directory;
    }

    Path in(Path root) {
      return root.resolve(directory);
    }

    static Folder parse(String name) {
      for (Folder folder : values()) {
        if (folder.directory.equals(name)) {
          return folder;
        }
      }
      throw new IllegalArgumentException(name + " (expected: lib, support or cuda)");
    }
  }

  /** Reads a line: the components, with spaces between them. */
  static NativeFile parse(String line) {
    String[] parts = line.split(" ", -1);
    if (parts.length != 5) {
      throw new IllegalArgumentException(line + " (expected: five parts)");
    }
    return new NativeFile(
        parts[0], Long.parseLong(parts[1]), parts[2], Folder.parse(parts[3]), parts[4]);
  }

  String name() {
    return entry.substring(entry.lastIndexOf('/') + 1);
  }

  Path in(Path root) {
    return folder.in(root).resolve(name());
  }
}
