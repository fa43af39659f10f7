package io.groundstream.jobs.backfill;

import io.groundstream.operators.archive.plan.ArchiveUnit;
import io.groundstream.operators.archive.plan.FinishedUnits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * The files that earlier runs finished. Their list is read on first use, wherever this object was
 * sent, and held in memory. For one thread at a time.
 */
final class FinishedFiles implements FinishedUnits {
  private static final long serialVersionUID = 1L;

  private final String list;
  private transient @Nullable Set<FileList.Entry> entries;

  /**
   * @param list the URI of a list of files
   */
  FinishedFiles(String list) {
    this.list = list;
  }

  @Override
  public boolean contains(ArchiveUnit unit) {
    Set<FileList.Entry> read = entries;
    if (read == null) {
      read = new HashSet<>();
      try {
        Path file = new Path(list);
        FileList.read(file.getFileSystem(), file, read::add);
      } catch (IOException e) {
        throw new UncheckedIOException("list of finished files: " + list, e);
      }
      entries = read;
    }
    return read.contains(FileList.Entry.of(unit));
  }
}
