package io.groundstream.operators.archive.plan;

import io.groundstream.operators.archive.tar.KeySet;
import io.groundstream.operators.archive.tar.SampleKey;
import io.groundstream.operators.archive.tar.TarDamageException;
import io.groundstream.operators.archive.tar.TarEntry;
import io.groundstream.operators.archive.tar.TarInput;
import io.groundstream.operators.archive.tar.TarReader;
import io.groundstream.operators.config.ArchiveSettings;
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
 * Cuts tar shards between samples. There is no telling where an entry begins but from the one
 * before, so it leaps from header to header over the content.
 */
final class TarCutter {
  private static final Logger LOG = LoggerFactory.getLogger(TarCutter.class);

  private final long maxSplitBytes;

  TarCutter(ArchiveSettings settings) {
    this.maxSplitBytes = settings.maxSplitBytes();
  }

  /**
   * Returns the parts of a shard. One that is damaged is cut as far as it is sound; whoever reads
   * the last part meets the damage.
   */
  List<UnitPart> parts(ArchiveUnit unit) throws IOException {
    List<UnitPart> parts = new ArrayList<>();
    List<Long> duplicates = new ArrayList<>();
    long start = 0;
    int entriesBefore = 0;
    Path path = new Path(unit.path());
    try (FSDataInputStream in = path.getFileSystem().open(path);
        TarReader tar = new TarReader(TarInput.seekable(in, in::seek, 0, unit.length()), 0)) {
      KeySet keys = new KeySet();
      @Nullable String current = null;
      TarEntry entry = tar.next();
      while (entry != null) {
        SampleKey key = SampleKey.of(entry.name());
        if (key != null && key.isMissing()) {
          current = null;
        } else if (key != null && !key.key().equals(current)) {
          if (entry.offset() - start >= maxSplitBytes) {
            parts.add(new UnitPart(unit, start, entry.offset(), entriesBefore, duplicates, true));
            start = entry.offset();
            entriesBefore = entry.number() - 1;
            duplicates = new ArrayList<>();
          }
          if (!keys.add(key.key())) {
            duplicates.add(entry.offset());
          }
          current = key.key();
        }
        entry = tar.next();
      }
    } catch (TarDamageException | FileNotFoundException e) {
      // Whoever reads the rest tells of it.
      LOG.debug("{} is cut as far as it can be read", unit.path(), e);
    }
    parts.add(new UnitPart(unit, start, unit.length(), entriesBefore, duplicates, true));
    return parts;
  }
}
