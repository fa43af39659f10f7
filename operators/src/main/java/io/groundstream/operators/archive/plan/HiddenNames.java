package io.groundstream.operators.archive.plan;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The names of files and folders that programs keep beside pictures for themselves. They are passed
 * over, unless a path or pattern names them.
 */
final class HiddenNames {
  /** Folders of file systems, network stores and archivers, in lower case. */
  private static final Set<String> FOLDERS =
      Set.of(
          "@eadir", // Synology: thumbnails
          "@recycle", // QNAP
          "@recently-snapshot",
          "@tmp",
          "@__thumb",
          "#recycle", // Synology
          "#snapshot",
          "$recycle.bin",
          "system volume information",
          "lost+found",
          "__macosx");

  private HiddenNames() {}

  /** Whether a folder is hidden: {@code _temporary}, {@code _delta_log}, but not {@code _x=1}. */
  static boolean hidesFolder(String name) {
    return name.startsWith(".")
        || (name.startsWith("_") && name.indexOf('=') < 0)
        || FOLDERS.contains(name.toLowerCase(Locale.ROOT));
  }

  /**
   * Whether a file is hidden. An underscore hides tables alone: cameras begin the names of pictures
   * with one.
   */
  static boolean hidesFile(String name, @Nullable UnitFormat format) {
    return name.startsWith(".")
        || (name.startsWith("_")
            && (format == UnitFormat.PARQUET
                || format == UnitFormat.CSV
                || format == UnitFormat.JSON_LINES));
  }
}
