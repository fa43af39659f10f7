package io.groundstream.operators.archive.plan;

import io.groundstream.operators.archive.compress.Compression;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import io.groundstream.operators.archive.tar.EntryName;
import io.groundstream.operators.archive.tar.PictureIds;
import io.groundstream.operators.archive.tar.PictureIds.Choice;
import io.groundstream.operators.archive.tar.TarDamageException;
import io.groundstream.operators.archive.tar.TarEntry;
import io.groundstream.operators.archive.tar.TarEntry.Kind;
import io.groundstream.operators.archive.tar.TarInput;
import io.groundstream.operators.archive.tar.TarReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.core.fs.FSDataInputStream;
import org.apache.flink.core.fs.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts tar shards between entries of different keys. There is no telling where an entry begins but
 * from the one before, so it leaps from header to header over the content. On the way it finds the
 * names that came before, which a reader of one part cannot.
 */
final class TarCutter {
  private static final Logger LOG = LoggerFactory.getLogger(TarCutter.class);

  /** Entries further away belong to no picture. */
  private static final int MOST_LOOK_BACK_ENTRIES = 10_000;

  private final long maxSplitBytes;
  private final long lookAroundBytes;
  private final Set<String> pictureSuffixes;
  private final Collection<String> sidecars;

  TarCutter(ArchiveSettings settings) {
    this.maxSplitBytes = settings.maxSplitBytes();
    this.lookAroundBytes = settings.lookAroundBytes();
    this.pictureSuffixes = Set.copyOf(settings.pictureSuffixes());
    this.sidecars = settings.attributes().isEmpty() ? Set.of() : EntryName.SIDECARS;
  }

  /**
   * Returns the parts of a shard. One that is damaged is cut as far as it is sound; whoever reads
   * the last part meets the damage.
   */
  List<UnitPart> parts(ArchiveUnit unit) throws IOException {
    Path path = new Path(unit.path());
    try (FSDataInputStream in = path.getFileSystem().open(path)) {
      if (Compression.of(in) != Compression.NONE) {
        // There is no going to the middle of it.
        return List.of(UnitPart.whole(unit));
      }
      return new Cutting(unit)
          .parts(new TarReader(TarInput.seekable(in, in::seek, 0, unit.length()), 0));
    } catch (FileNotFoundException e) {
      LOG.debug("{} is not cut", unit.path(), e);
      return List.of(UnitPart.whole(unit));
    }
  }

  /** A place before an entry. */
  private record Place(long offset, int entriesBefore) {}

  /** The cutting of one shard. */
  private final class Cutting {
    private final ArchiveUnit unit;
    private final List<UnitPart> parts = new ArrayList<>();
    private final Deque<Place> recent = new ArrayDeque<>();

    /** What is chosen in view of the whole shard, and of the current part alone. */
    private final Map<Long, Choice> chosen = new HashMap<>();

    private final PictureIds.Run<Long> all = new PictureIds.Run<>(new PictureIds(), chosen::put);
    private PictureIds.Run<Long> here = newPart();
    private List<Long> duplicates = new ArrayList<>();
    private Place start = new Place(0, 0);
    private Place lookBack = new Place(0, 0);
    private @Nullable String key;

    Cutting(ArchiveUnit unit) {
      this.unit = unit;
    }

    private PictureIds.Run<Long> newPart() {
      return new PictureIds.Run<>(
          new PictureIds(),
          (offset, inPart) -> {
            Choice inShard = chosen.remove(offset);
            if (inShard != null && inShard != inPart) {
              duplicates.add(UnitPart.duplicate(offset, inShard));
            }
          });
    }

    List<UnitPart> parts(TarReader tar) throws IOException {
      try {
        TarEntry entry = tar.next();
        while (entry != null) {
          look(entry);
          entry = tar.next();
        }
      } catch (TarDamageException e) {
        // Whoever reads the rest tells of it.
        LOG.debug("{} is cut as far as it can be read", unit.path(), e);
      }
      cut(new Place(unit.length(), 0));
      return parts;
    }

    private void look(TarEntry entry) {
      remember(entry);
      if (EntryName.isInvisible(entry.name())) {
        return;
      }
      EntryName name = EntryName.of(entry.name(), pictureSuffixes, sidecars);
      if (name == null || entry.kind() == Kind.WITHOUT_CONTENT) {
        all.pass();
        here.pass();
      } else if (name.isMissing()) {
        endRuns();
      } else {
        if (!name.key().equals(key) && entry.offset() - start.offset() >= maxSplitBytes) {
          cut(new Place(entry.offset(), entry.number() - 1));
        }
        key = name.key();
        all.enter(name);
        here.enter(name);
        if (name.isPicture()) {
          all.add(entry.offset(), name, entry.name(), entry.size());
          here.add(entry.offset(), name, entry.name(), entry.size());
        }
      }
    }

    private void endRuns() {
      all.end();
      here.end();
      key = null;
    }

    private void cut(Place end) {
      endRuns();
      parts.add(
          new UnitPart(
              unit,
              start.offset(),
              end.offset(),
              start.entriesBefore(),
              duplicates,
              true,
              lookBack.offset(),
              lookBack.entriesBefore()));
      start = end;
      lookBack = recent.isEmpty() ? end : recent.element();
      duplicates = new ArrayList<>();
      here = newPart();
    }

    private void remember(TarEntry entry) {
      recent.add(new Place(entry.offset(), entry.number() - 1));
      while (entry.offset() - recent.element().offset() > lookAroundBytes
          || recent.size() > MOST_LOOK_BACK_ENTRIES) {
        recent.remove();
      }
    }
  }
}
