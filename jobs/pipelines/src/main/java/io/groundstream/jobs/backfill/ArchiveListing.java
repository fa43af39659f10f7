package io.groundstream.jobs.backfill;

import io.groundstream.operators.archive.plan.IgnoredNames;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How much there is to do.
 *
 * @param files the files of the archive that are to be read
 * @param bytes how many bytes they have
 * @param pictureFiles how many of them are pictures, one each
 * @param finishedFiles files that are left out, since an earlier run of the name finished them
 * @param ignoredFiles files whose names say that they are nothing to read
 * @param ignored these by suffix, and hidden folders by name
 * @param notes what is to be known of the archive, a sentence each
 */
public record ArchiveListing(
    long files,
    long bytes,
    long pictureFiles,
    long finishedFiles,
    long ignoredFiles,
    Map<String, IgnoredNames.Group> ignored,
    List<String> notes) {

  /** Takes what an earlier version wrote, too, which had neither names nor notes. */
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
    // In one order, for people and for comparisons.
    this.ignored = new TreeMap<>(ignored == null ? Map.of() : ignored);
    this.notes = notes == null ? List.of() : List.copyOf(notes);
  }

  /** Whether the number of pictures is known beforehand. */
  boolean picturesAreKnown() {
    return pictureFiles == files;
  }
}
