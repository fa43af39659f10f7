package io.groundstream.operators.archive.plan;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Recognises files and folders that programs keep beside images for their own use. They are ignored
 * unless a path or pattern names them.
 */
final class HiddenNames {
  /** Folders of file systems, network storage and archivers, in lower case. */
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

  /**
   * Returns whether a folder is hidden: {@code _temporary}, {@code _delta_log}, but not {@code
   * _x=1}.
   */
  static boolean hidesFolder(String name) {
    return name.startsWith(".")
        || (name.startsWith("_") && name.indexOf('=') < 0)
        || FOLDERS.contains(name.toLowerCase(Locale.ROOT));
  }

  /**
   * Returns whether a file is hidden. An underscore hides only tables, because cameras write image
   * names that begin with one.
   */
  static boolean hidesFile(String name, @Nullable UnitFormat format) {
    return name.startsWith(".")
        || (name.startsWith("_")
            && (format == UnitFormat.PARQUET
                || format == UnitFormat.CSV
                || format == UnitFormat.JSON_LINES));
  }
}
