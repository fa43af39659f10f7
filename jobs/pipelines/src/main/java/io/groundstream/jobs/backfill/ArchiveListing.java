package io.groundstream.jobs.backfill;

import io.groundstream.operators.archive.plan.IgnoredNames;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The amount of work in an archive. Part of {@code run.json}, where the components give the names
 * of the fields.
 *
 * @param files the number of files to read
 * @param bytes the size of these files, in bytes
 * @param pictureFiles the number of these files that are a single image
 * @param finishedFiles the number of files left out because an earlier run of this name finished
 *     them
 * @param ignoredFiles the number of files left out because of their names
 * @param ignored these files by suffix, and hidden folders by name
 * @param notes notes about the archive, one sentence each
 */
public record ArchiveListing(
    long files,
    long bytes,
    long pictureFiles,
    long finishedFiles,
    long ignoredFiles,
    Map<String, IgnoredNames.Group> ignored,
    List<String> notes) {

  /** Accepts listings of an earlier version, too, which had neither names nor notes. */
  public ArchiveListing(
      long files,
      long bytes,
      long pictureFiles,
      long finishedFiles,
      long ignoredFiles,
      @Nullable Map<String, IgnoredNames.Group> ignored,
      @Nullable List<String> notes) {
    this.files = files;
    this.bytes = bytes;
    this.pictureFiles = pictureFiles;
    this.finishedFiles = finishedFiles;
    this.ignoredFiles = ignoredFiles;
    // Sorted, for readers and for comparisons.
    this.ignored = new TreeMap<>(ignored == null ? Map.of() : ignored);
    this.notes = notes == null ? List.of() : List.copyOf(notes);
  }

  /** Returns whether the number of images is known in advance. */
  boolean imagesAreKnown() {
    return pictureFiles == files;
  }
}
