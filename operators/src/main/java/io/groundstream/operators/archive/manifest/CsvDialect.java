package io.groundstream.operators.archive.manifest;

import io.groundstream.operators.archive.columns.ImageNames;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The settings for reading a CSV file, known before it is opened.
 *
 * @param images the possible names of the column that refers to images
 * @param delimiter the delimiter; null to detect it from the header
 * @param others the names of other columns that must be unique
 * @param maxBytes the maximum size of a row, in bytes
 */
public record CsvDialect(
    ImageNames images, @Nullable Character delimiter, List<String> others, int maxBytes) {

  public CsvDialect {
    others = List.copyOf(others);
  }

  /** Returns the dialect that the settings give for a file. */
  public static CsvDialect of(ArchiveSettings settings, String fileName) {
    return new CsvDialect(
        ImageNames.of(settings, fileName),
        settings.delimiter(),
        List.of(settings.idColumn(), settings.requestsColumn()),
        settings.maxSidecarBytes());
  }
}
