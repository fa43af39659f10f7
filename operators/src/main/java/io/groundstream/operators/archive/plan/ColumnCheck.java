package io.groundstream.operators.archive.plan;

import io.groundstream.operators.archive.columns.ColumnException;
import io.groundstream.operators.archive.manifest.CsvDialect;
import io.groundstream.operators.archive.manifest.CsvRows;
import io.groundstream.operators.archive.manifest.JsonRows;
import io.groundstream.operators.archive.manifest.ManifestFormatException;
import io.groundstream.operators.archive.manifest.ManifestText;
import io.groundstream.operators.archive.parquet.ImageColumns;
import io.groundstream.operators.archive.parquet.ParquetRows;
import io.groundstream.operators.archive.parquet.ParquetRows.ParquetDamageException;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks tables until one has the configured columns; if none has, the configuration is wrong, not
 * the files. Optionally checks every manifest (a path names each of them), so that unreadable ones
 * are reported before anything is read. For one thread.
 */
final class ColumnCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ColumnCheck.class);

  private static final int MOST_TOLD = 5;

  private final ArchiveSettings settings;
  private final boolean everyManifest;
  private boolean passed;
  private final List<String> problems = new ArrayList<>();
  private boolean manifestIsWrong;

  /**
   * @param passed whether an earlier table had the columns
   * @param everyManifest whether every manifest must be readable
   */
  ColumnCheck(ArchiveSettings settings, boolean passed, boolean everyManifest) {
    this.settings = settings;
    this.passed = passed;
    this.everyManifest = everyManifest;
  }

  /** Checks a file, unless it is not a table or another table had the columns. */
  void look(ArchiveUnit unit) throws IOException {
    boolean manifest = unit.format() == UnitFormat.CSV || unit.format() == UnitFormat.JSON_LINES;
    boolean table = unit.format() == UnitFormat.PARQUET || unit.format() == UnitFormat.CSV;
    // An empty file says nothing about the configuration.
    boolean checked = everyManifest && manifest;
    boolean needless =
        checked ? problems.size() >= MOST_TOLD : (passed || !table || unit.length() == 0);
    if (needless) {
      return;
    }
    Path path = new Path(unit.path());
    try (FSDataInputStream in = path.getFileSystem().open(path)) {
      String found = manifest ? manifest(in, unit) : parquet(in, path, unit);
      passed |= found == null;
      if (found != null) {
        manifestIsWrong |= manifest;
        problems.add(path + ": " + found);
      }
    } catch (FileNotFoundException | ParquetDamageException e) {
      // The reader reports the fault.
      LOG.debug("the columns of {} cannot be read", path, e);
    }
  }

  private @Nullable String manifest(FSDataInputStream in, ArchiveUnit unit) throws IOException {
    try {
      ManifestText text = ManifestText.open(in);
      if (unit.format() == UnitFormat.JSON_LINES) {
        // Closed with the stream.
        JsonRows unused = JsonRows.fromBeginning(text.in(), settings.maxSidecarBytes());
        return null;
      }
      CsvDialect dialect = CsvDialect.of(settings, unit.name());
      List<String> columns = CsvRows.fromBeginning(text.in(), dialect).layout().columns();
      if (dialect.images().reference(columns) == null) {
        throw dialect.images().missing(columns);
      }
      return null;
    } catch (ManifestFormatException | ColumnException e) {
      return e.getMessage();
    }
  }

  private @Nullable String parquet(FSDataInputStream in, Path path, ArchiveUnit unit)
      throws IOException, ParquetDamageException {
    try (ParquetRows rows =
        ParquetRows.open(in, path, unit.length(), settings.maxRowGroupBytes())) {
      ImageColumns unused = ImageColumns.find(rows.schema(), settings, unit.name());
      return null;
    } catch (ColumnException e) {
      return e.getMessage();
    }
  }

  /**
   * Throws if there were tables but none had the columns, or if a manifest is faulty and every
   * manifest must be readable.
   */
  void throwIfMissing() throws ArchiveException {
    if (problems.isEmpty() || (passed && !(everyManifest && manifestIsWrong))) {
      return;
    }
    if (everyManifest && manifestIsWrong) {
      throw new ArchiveException(String.join("\n", problems));
    }
    throw new ArchiveException(
        problems.get(0) + "; to leave tables out, name the files to read, such as FOLDER/**/*.tar");
  }
}
