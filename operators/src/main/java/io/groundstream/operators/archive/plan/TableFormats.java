package io.groundstream.operators.archive.plan;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Notes folders of table formats. The log of such a table says which files belong to it, but logs
 * are not followed: files that the table has removed are read as long as they exist. For one
 * thread.
 */
final class TableFormats {
  private static final int MOST_TOLD = 20;

  private final Set<String> notes = new LinkedHashSet<>();

  /** Checks the name of a folder. */
  void lookAtFolder(String name, String parent) {
    switch (name) {
      case "_delta_log" -> note(parent, "Delta Lake", "VACUUM deletes them");
      case ".hoodie" -> note(parent, "Hudi", "its cleaner deletes them");
      default -> {
        // Any other folder.
      }
    }
  }

  /** Checks the name of a file in a folder. */
  void lookAtFile(String name, String folder) {
    if (name.toLowerCase(Locale.ROOT).endsWith(".metadata.json") && folder.endsWith("/metadata")) {
      note(
          folder.substring(0, folder.length() - "/metadata".length()),
          "Iceberg",
          "expire_snapshots deletes them");
    }
  }

  private void note(String table, String format, String remedy) {
    if (notes.size() < MOST_TOLD) {
      notes.add(
          table
              + " is a table of "
              + format
              + ", and its log is not followed: rows that the table deleted or replaced are read as"
              + " long as their files exist ("
              + remedy
              + "; or name the files of an export)");
    }
  }

  /** Returns the notes, one sentence per table. */
  List<String> notes() {
    return List.copyOf(notes);
  }
}
