package io.groundstream.operators.archive.plan;

import io.groundstream.operators.archive.manifest.CsvRows;
import io.groundstream.operators.archive.manifest.CsvRows.HeaderException;
import io.groundstream.operators.archive.parquet.ParquetRows;
import io.groundstream.operators.archive.parquet.ParquetRows.ParquetDamageException;
import io.groundstream.operators.archive.parquet.PictureColumns;
import io.groundstream.operators.archive.parquet.PictureColumns.ColumnException;
import io.groundstream.operators.config.ArchiveSettings;
import java.io.FileNotFoundException;
import java.io.IOException;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks into tables until one has the columns that the configuration names. If none has, the
 * configuration is wrong, and not the files. For one thread.
 */
final class ColumnCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ColumnCheck.class);

  private final ArchiveSettings settings;
  private boolean passed;
  private @Nullable String problem;

  ColumnCheck(ArchiveSettings settings, boolean passed) {
    this.settings = settings;
    this.passed = passed;
  }

  /** Looks into a file, unless it is no table or another had the columns. */
  void look(ArchiveUnit unit) throws IOException {
    if (passed || !isTable(unit)) {
      return;
    }
    Path path = new Path(unit.path());
    try (FSDataInputStream in = path.getFileSystem().open(path)) {
      String found = unit.format() == UnitFormat.CSV ? csv(in) : parquet(in, path, unit);
      passed = found == null;
      if (found != null && problem == null) {
        problem = path + ": " + found;
      }
    } catch (FileNotFoundException | ParquetDamageException | HeaderException e) {
      // Whoever reads it tells of it.
      LOG.debug("{} has no columns", path, e);
    }
  }

  private static boolean isTable(ArchiveUnit unit) {
    return unit.format() == UnitFormat.PARQUET || unit.format() == UnitFormat.CSV;
  }

  private @Nullable String csv(FSDataInputStream in) throws IOException, HeaderException {
    // Closed with the stream.
    CsvRows rows = CsvRows.fromBeginning(in, settings.maxSidecarBytes());
    return rows.header().contains(settings.uriColumn())
        ? null
        : "columns: "
            + rows.header()
            + " (expected: also "
            + settings.uriColumn()
            + ", archive.uri-column)";
  }

  private @Nullable String parquet(FSDataInputStream in, Path path, ArchiveUnit unit)
      throws IOException, ParquetDamageException {
    try (ParquetRows rows =
        ParquetRows.open(in, path, unit.length(), settings.maxRowGroupBytes())) {
      PictureColumns.find(rows.flatColumns(), settings);
      return null;
    } catch (ColumnException e) {
      return e.getMessage();
    }
  }

  /** Throws if there were tables, and none had the columns. */
  void throwIfMissing() throws ArchiveException {
    String found = problem;
    if (!passed && found != null) {
      throw new ArchiveException(
          found + "; where tables are not meant, name what is, such as FOLDER/**/*.tar");
    }
  }
}
