package io.groundstream.operators.archive.plan;

import io.groundstream.operators.archive.compress.Compression;
import io.groundstream.operators.archive.manifest.CsvDialect;
import io.groundstream.operators.archive.manifest.CsvRows;
import io.groundstream.operators.archive.manifest.JsonRows;
import io.groundstream.operators.archive.manifest.ManifestFormatException;
import io.groundstream.operators.archive.manifest.ManifestRow;
import io.groundstream.operators.archive.manifest.ManifestRows;
import io.groundstream.operators.archive.manifest.ManifestText;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cuts manifests between rows, because each row takes the work of an image. */
final class ManifestCutter {
  private static final Logger LOG = LoggerFactory.getLogger(ManifestCutter.class);

  /**
   * The rows that count as one file: reading a row is cheaper, since its image is fetched
   * downstream.
   */
  private static final int ROWS_PER_FILE = 4;

  private final long rowsAtATime;
  private final ArchiveSettings settings;

  ManifestCutter(ArchiveSettings settings) {
    this.rowsAtATime = (long) settings.groupFiles() * ROWS_PER_FILE;
    this.settings = settings;
  }

  /** Returns the parts of a manifest. Faults are left for the reader to report. */
  List<UnitPart> parts(ArchiveUnit unit) throws IOException {
    Path path = new Path(unit.path());
    try (FSDataInputStream in = path.getFileSystem().open(path)) {
      if (Compression.of(in) != Compression.NONE) {
        // A compressed or converted stream cannot be entered in the middle.
        return List.of(UnitPart.whole(unit));
      }
      ManifestText text = ManifestText.open(in);
      if (text.converted()) {
        return List.of(UnitPart.whole(unit));
      }
      try (ManifestRows rows =
          unit.format() == UnitFormat.CSV
              ? CsvRows.fromBeginning(text.in(), CsvDialect.of(settings, unit.name()))
              : JsonRows.fromBeginning(text.in(), settings.maxSidecarBytes())) {
        return parts(unit, rows);
      }
    } catch (FileNotFoundException | ManifestFormatException e) {
      LOG.debug("{} is not cut", path, e);
      return List.of(UnitPart.whole(unit));
    }
  }

  private List<UnitPart> parts(ArchiveUnit unit, ManifestRows rows) throws IOException {
    List<UnitPart> parts = new ArrayList<>();
    long start = 0;
    int linesBefore = 0;
    long count = 0;
    ManifestRow row = rows.next();
    while (row != null) {
      if (count == rowsAtATime) {
        parts.add(new UnitPart(unit, start, row.offset(), linesBefore, List.of(), true));
        start = row.offset();
        linesBefore = (int) (row.line() - 1);
        count = 0;
      }
      count++;
      row = rows.next();
    }
    if (parts.isEmpty()) {
      return List.of(UnitPart.whole(unit));
    }
    parts.add(new UnitPart(unit, start, unit.length(), linesBefore, List.of(), true));
    return parts;
  }
}
