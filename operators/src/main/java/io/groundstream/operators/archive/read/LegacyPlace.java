package io.groundstream.operators.archive.read;

import io.groundstream.operators.archive.plan.PartPosition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A place in a shard as the first release remembered it: where the entries of a key begin, and how
 * many of their pictures were emitted, by suffix; those that repeated a suffix came after. For one
 * thread.
 */
final class LegacyPlace {
  private final long offset;
  private final int emitted;
  private final List<SampleEntry> pictures = new ArrayList<>();
  private long run = -1;
  private @Nullable Set<SampleEntry> done;

  LegacyPlace(PartPosition position) {
    this.offset = position.offset();
    this.emitted = position.emitted();
  }

  /** Looks at an entry as it is read. */
  void see(SampleEntry entry) {
    if (emitted == 0) {
      return;
    }
    if (entry.entry().offset() == offset) {
      run = entry.run();
    }
    if (entry.isPicture() && run >= 0 && entry.run() == run) {
      pictures.add(entry);
    }
  }

  /** Returns whether an entry's event is among those that were emitted. */
  boolean wasEmitted(SampleEntry entry) {
    if (emitted == 0 || entry.run() != run || !entry.isPicture()) {
      return false;
    }
    Set<SampleEntry> emittedEntries = done;
    if (emittedEntries == null) {
      Set<String> suffixes = new HashSet<>();
      List<SampleEntry> repeated = new ArrayList<>();
      List<SampleEntry> first = new ArrayList<>();
      for (SampleEntry picture : pictures) {
        (suffixes.add(picture.name().suffix()) ? first : repeated).add(picture);
      }
      first.sort(Comparator.comparing(picture -> picture.name().suffix()));
      first.addAll(repeated);
      emittedEntries = new HashSet<>(first.subList(0, Math.min(emitted, first.size())));
      done = emittedEntries;
    }
    return emittedEntries.contains(entry);
  }
}
