package io.groundstream.operators.archive.read;

import io.groundstream.operators.archive.plan.PartPosition;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A position in a shard as stored by the first release: the offset of a key's first entry, and how
 * many of its images were emitted, in the order of their suffixes; images with a repeated suffix
 * came last. For one thread.
 */
final class LegacyPlace {
  private final long offset;
  private final int emitted;
  private final List<SampleEntry> images = new ArrayList<>();
  private long run = -1;
  private @Nullable Set<SampleEntry> done;

  LegacyPlace(PartPosition position) {
    this.offset = position.offset();
    this.emitted = position.emitted();
  }

  /** Takes an entry as it is read. */
  void see(SampleEntry entry) {
    if (emitted == 0) {
      return;
    }
    if (entry.entry().offset() == offset) {
      run = entry.run();
    }
    if (entry.isImage() && run >= 0 && entry.run() == run) {
      images.add(entry);
    }
  }

  /** Returns whether the event of an entry was already emitted. */
  boolean wasEmitted(SampleEntry entry) {
    if (emitted == 0 || entry.run() != run || !entry.isImage()) {
      return false;
    }
    Set<SampleEntry> emittedEntries = done;
    if (emittedEntries == null) {
      Set<String> suffixes = new HashSet<>();
      List<SampleEntry> repeated = new ArrayList<>();
      List<SampleEntry> first = new ArrayList<>();
      for (SampleEntry image : images) {
        (suffixes.add(image.name().suffix()) ? first : repeated).add(image);
      }
      first.sort(Comparator.comparing(image -> image.name().suffix()));
      first.addAll(repeated);
      emittedEntries = new HashSet<>(first.subList(0, Math.min(emitted, first.size())));
      done = emittedEntries;
    }
    return emittedEntries.contains(entry);
  }
}
