package io.groundstream.operators.archive.manifest;

import io.groundstream.operators.archive.columns.PictureNames;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a CSV file before it is opened.
 *
 * @param pictures the names that columns may have which refer to pictures
 * @param delimiter null for what the header has
 * @param others the names of other columns that must not come twice
 * @param maxBytes the most bytes that a row may have
 */
public record CsvDialect(
    PictureNames pictures, @Nullable Character delimiter, List<String> others, int maxBytes) {

  public CsvDialect {
    others = List.copyOf(others);
  }

  /** Returns what settings say of a file. */
  public static CsvDialect of(ArchiveSettings settings, String fileName) {
    return new CsvDialect(
        PictureNames.of(settings, fileName),
        settings.delimiter(),
        List.of(settings.idColumn(), settings.requestsColumn()),
        settings.maxSidecarBytes());
  }
}
