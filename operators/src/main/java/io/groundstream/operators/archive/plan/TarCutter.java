package io.groundstream.operators.archive.plan;

import io.groundstream.operators.archive.compress.Compression;
import io.groundstream.operators.archive.settings.ArchiveSettings;
import io.groundstream.operators.archive.tar.EntryName;
import io.groundstream.operators.archive.tar.ImageIds;
import io.groundstream.operators.archive.tar.ImageIds.Choice;
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
 * Cuts tar shards between entries of different keys. The beginning of an entry is only known from
 * the entry before, so this class seeks from header to header over the content. On the way it
 * collects earlier names, which the reader of one part cannot know.
 */
final class TarCutter {
  private static final Logger LOG = LoggerFactory.getLogger(TarCutter.class);

  /** The maximum look-back; entries further away do not belong to an image. */
  private static final int MOST_LOOK_BACK_ENTRIES = 10_000;

  private final long maxSplitBytes;
  private final long lookAroundBytes;
  private final Set<String> imageSuffixes;
  private final Collection<String> sidecars;

  TarCutter(ArchiveSettings settings) {
    this.maxSplitBytes = settings.maxSplitBytes();
    this.lookAroundBytes = settings.lookAroundBytes();
    this.imageSuffixes = Set.copyOf(settings.imageSuffixes());
    this.sidecars = settings.attributes().isEmpty() ? Set.of() : EntryName.SIDECARS;
  }

  /**
   * Returns the parts of a shard. A damaged shard is cut up to the damage; the reader of the last
   * part reports it.
   */
  List<UnitPart> parts(ArchiveUnit unit) throws IOException {
    Path path = new Path(unit.path());
    try (FSDataInputStream in = path.getFileSystem().open(path)) {
      if (Compression.of(in) != Compression.NONE) {
        // A compressed shard cannot be entered in the middle.
        return List.of(UnitPart.whole(unit));
      }
      return new Cutting(unit)
          .parts(new TarReader(TarInput.seekable(in, in::seek, 0, unit.length()), 0));
    } catch (FileNotFoundException e) {
      LOG.debug("{} is not cut", unit.path(), e);
      return List.of(UnitPart.whole(unit));
    }
  }

  /** The position before an entry. */
  private record Place(long offset, int entriesBefore) {}

  /** The cutting of one shard. */
  private final class Cutting {
    private final ArchiveUnit unit;
    private final List<UnitPart> parts = new ArrayList<>();
    private final Deque<Place> recent = new ArrayDeque<>();

    /**
     * The identifiers chosen with the whole shard in view, and with only the current part in view.
     */
    private final Map<Long, Choice> chosen = new HashMap<>();

    private final ImageIds.Run<Long> all = new ImageIds.Run<>(new ImageIds(), chosen::put);
    private ImageIds.Run<Long> here = newPart();
    private List<Long> duplicates = new ArrayList<>();
    private Place start = new Place(0, 0);
    private Place lookBack = new Place(0, 0);
    private @Nullable String key;

    Cutting(ArchiveUnit unit) {
      this.unit = unit;
    }

    private ImageIds.Run<Long> newPart() {
      return new ImageIds.Run<>(
          new ImageIds(),
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
        // The reader of the rest reports the fault.
        LOG.debug("{} is cut only up to its damage", unit.path(), e);
      }
      cut(new Place(unit.length(), 0));
      return parts;
    }

    private void look(TarEntry entry) {
      remember(entry);
      if (EntryName.isInvisible(entry.name())) {
        return;
      }
      EntryName name = EntryName.of(entry.name(), imageSuffixes, sidecars);
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
        if (name.isImage()) {
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
