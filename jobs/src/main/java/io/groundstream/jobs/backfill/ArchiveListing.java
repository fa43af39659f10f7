package io.groundstream.jobs.backfill;

/**
 * How much there is to do.
 *
 * @param files the files of the archive that are to be read
 * @param bytes how many bytes they have
 * @param pictureFiles how many of them are pictures, one each
 * @param finishedFiles files that are left out, since an earlier run of the name finished them
 * @param ignoredFiles files whose names say that they are nothing to read
 */
public record ArchiveListing(
    long files, long bytes, long pictureFiles, long finishedFiles, long ignoredFiles) {
  /** Whether the number of pictures is known beforehand. */
  boolean picturesAreKnown() {
    return pictureFiles == files;
  }
}
